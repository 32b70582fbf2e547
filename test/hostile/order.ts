import { env } from 'node:process';

/** What `npm run fuzz -- --seed N --count M` asked for; without it what every test run does. */
export const FUZZ_SEED = Number(env['SWERVE_FUZZ_SEED'] ?? 1);
export const FUZZ_COUNT = env['SWERVE_FUZZ_COUNT'] === undefined ? null : Number(env['SWERVE_FUZZ_COUNT']);
