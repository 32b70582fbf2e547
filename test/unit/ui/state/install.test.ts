import { describe, expect, it } from 'vitest';
import { Installation } from '../../../../src/ui/state/install.ts';
import { Traffic } from '../../../../src/ui/state/traffic.ts';
import { sample } from './panel-fixtures.ts';

class PromptEvent extends Event {
  readonly #outcome: 'accepted' | 'dismissed';
  prompts = 0;

  constructor(outcome: 'accepted' | 'dismissed') {
    super('beforeinstallprompt', { cancelable: true });
    this.#outcome = outcome;
  }

  async prompt(): Promise<{ outcome: string }> {
    this.prompts += 1;
    return { outcome: this.#outcome };
  }
}

function browser(memory = new Map<string, unknown>(), isStandalone = false) {
  const events = new EventTarget();
  const traffic = new Traffic();
  const install = new Installation(traffic, {
    events,
    isStandalone,
    recall: (name) => memory.get(name) ?? null,
    remember: (name, value) => memory.set(name, value),
  });
  const ask = (outcome: 'accepted' | 'dismissed' = 'accepted') => {
    const event = new PromptEvent(outcome);
    events.dispatchEvent(event);
    return event;
  };
  return { events, traffic, install, memory, ask };
}

describe('the offer to install', () => {
  it('comes once an App has answered, and not before', () => {
    const { install, traffic, ask } = browser();
    expect(ask().defaultPrevented).toBe(true);
    expect(install.canInstall).toBe(true);
    expect(install.isOfferDue).toBe(false);
    traffic.add([sample(1_000, 'a', 2, 2)]);
    expect(install.isOfferDue).toBe(false);
    traffic.add([sample(2_000, 'a', 2, 1)]);
    expect(install.isOfferDue).toBe(true);
  });

  it('does not come where the browser does not let a page ask', () => {
    const { install, traffic } = browser();
    traffic.add([sample(1_000, 'a', 1, 0)]);
    expect([install.canInstall, install.isOfferDue]).toEqual([false, false]);
  });

  it('remembers over visits that an App has answered', () => {
    const { traffic, memory } = browser();
    traffic.add([sample(1_000, 'a', 1, 0)]);
    const next = browser(memory);
    next.ask();
    expect(next.install.isOfferDue).toBe(true);
  });

  it('is gone for good when it was dismissed, but can still be asked for', () => {
    const memory = new Map<string, unknown>([['app-answered', true]]);
    const { install, ask } = browser(memory);
    ask();
    install.dismiss();
    const next = browser(memory);
    next.ask();
    expect([next.install.isOfferDue, next.install.canInstall]).toEqual([false, true]);
  });

  it('prompts once; a no in the browser’s own dialog is a no here', async () => {
    const memory = new Map<string, unknown>([['app-answered', true]]);
    const { install, ask } = browser(memory);
    const event = ask('dismissed');
    await install.install();
    await install.install();
    expect(event.prompts).toBe(1);
    ask();
    expect(install.isOfferDue).toBe(false);
  });

  it('ends with the installation, and never comes in the installed app', () => {
    const memory = new Map<string, unknown>([['app-answered', true]]);
    const { install, events, ask } = browser(memory);
    ask();
    events.dispatchEvent(new Event('appinstalled'));
    expect([install.isInstalled, install.canInstall, install.isOfferDue]).toEqual([true, false, false]);
    const app = browser(memory, true);
    app.ask();
    expect([app.install.isInstalled, app.install.isOfferDue]).toEqual([true, false]);
  });
});
