import { expect, it } from 'vitest';
import { useSwerve } from '../harness/swerve.ts';
import { serveGuests, instancesOf, logOf } from './guests.ts';
const swerve = useSwerve();
it('x', async () => {
  const panel = await swerve.openPanel();
  await serveGuests(panel, { component: { guest: 'stream-rust' }, misbehave: { guest: 'misbehave' } });
  for (const path of ['component/events?n=100&ms=100', 'misbehave/drip?n=100&ms=100', 'component/sleep?ms=5000', 'misbehave/hang', 'component/bytes?n=300000000', 'misbehave/huge?bytes=300000000']) {
    const app = path.split('/')[0]!;
    await panel.evaluate(async (p) => { 
      const c = new AbortController();
      setTimeout(() => c.abort(), 500);
      try {
      const r = await fetch(p, { signal: c.signal });
      const rd = r.body!.getReader();
      await rd.read();
      await new Promise(r => setTimeout(r, 700));
      } catch (e) { console.log(e) } }, path);
    for (let i = 0; i < 12; i++) { await new Promise(r => setTimeout(r, 100)); console.log(path, i, JSON.stringify(await instancesOf(panel, app))); }
  }
  console.log(await logOf(panel, 'component'), await logOf(panel, 'misbehave'));
});
