/** Type-checks each realm under that realm's own `lib`: the shared layers are checked once per realm that uses them. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROJECTS = ['.', 'src/sw', 'src/instance', 'src/transpiler', 'src/host', 'src/ui', 'test', 'scripts', 'bench'];
const AT_ONCE = 2;

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = fileURLToPath(new URL('../node_modules/typescript/lib/tsc.js', import.meta.url));

/** @param {string} project @returns {Promise<boolean>} whether it type-checks */
function check(project) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [compiler, '--project', project, '--pretty', 'false'], { cwd: root });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (exitCode) => {
      console.log(`${exitCode === 0 ? 'ok    ' : 'FAILED'} ${project === '.' ? 'shared layers (window)' : project}`);
      if (output) console.log(output.trimEnd());
      resolve(exitCode === 0);
    });
  });
}

const waiting = [...PROJECTS];
let isSound = true;
async function work() {
  for (let project = waiting.shift(); project !== undefined; project = waiting.shift()) {
    if (!(await check(project))) isSound = false;
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
process.exitCode = isSound ? 0 : 1;
