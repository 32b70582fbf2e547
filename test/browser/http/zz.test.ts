import { beforeAll, expect, it } from 'vitest';
import { useSwerve } from '../harness/swerve.ts';
import { serveGuests, instancesOf, logOf } from './guests.ts';
const swerve = useSwerve();
it('x', async () => {
  const panel = await swerve.openPanel();
  await serveGuests(panel, { component: { guest: 'stream-rust' } });
  const run = (page: any, q: string) => page.evaluate(async (q: string) => {
      const source = new EventSource('component/events?'+q);
      return new Promise((resolve) => {
        const seen: unknown[] = [];
        source.onmessage = ({ lastEventId, data }) => { seen.push([lastEventId, data]); };
        source.onerror = (e) => seen.push(['error', source.readyState]);
        setTimeout(() => { source.close(); resolve(seen); }, 4500);
      });
    }, q);
  console.log(await run(panel, 'n=2&ms=20'));
  const page = await swerve.openPanel();
  console.log(await run(page, 'n=2&ms=20'), await instancesOf(panel, 'component'));
  console.log(await run(panel, 'n=2&ms=20'), await instancesOf(panel, 'component'));
  console.log(await logOf(panel, 'component'));
});
