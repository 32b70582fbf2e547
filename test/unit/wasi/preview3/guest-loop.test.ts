import { describe, expect, it } from 'vitest';
import { GuestLoop } from '../../../../src/wasi/preview3/guest-loop.ts';

describe('GuestLoop', () => {
  it('runs polls when told of something, and once each', async () => {
    const loop = new GuestLoop();
    let polled = 0;
    loop.hooks.setTimeout(() => {
      polled += 1;
    }, 10);
    loop.hooks.notify();
    await loop.turns(3);
    expect(polled).toBe(1);
    loop.end();
  });

  it('runs an interval at every turn until it is cleared', async () => {
    const loop = new GuestLoop();
    let polled = 0;
    const interval = loop.hooks.setInterval(() => {
      polled += 1;
      if (polled === 3) loop.hooks.clearInterval(interval);
    });
    await loop.turns(6);
    expect(polled).toBe(3);
    loop.end();
  });

  it('looks by itself when nobody tells it', async () => {
    const loop = new GuestLoop();
    await new Promise<void>((resolve) => loop.hooks.setTimeout(resolve, 10));
    loop.end();
  });

  it('runs nothing after its end', async () => {
    const loop = new GuestLoop();
    let ran = 0;
    const run = () => {
      ran += 1;
    };
    loop.hooks.setTimeout(run);
    loop.hooks.setTimeout(run, 10);
    loop.hooks.setInterval(run);
    loop.end();
    loop.hooks.setTimeout(run);
    loop.hooks.notify();
    await loop.turns(3);
    expect(ran).toBe(0);
  });

  it('is idle once every task has ended, or throws what one trapped with', async () => {
    const loop = new GuestLoop();
    await loop.idle();
    loop.hooks.started();
    loop.hooks.started();
    const idle = loop.idle();
    loop.hooks.exited();
    expect(await Promise.race([idle.then(() => 'idle'), Promise.resolve('busy')])).toBe('busy');
    loop.hooks.exited();
    await idle;
    loop.hooks.started();
    const trapped = loop.idle();
    loop.hooks.trapped(new Error('unreachable'));
    await expect(trapped).rejects.toThrow('unreachable');
    await expect(loop.idle()).rejects.toThrow('unreachable');
    loop.end();
  });
});
