import { describe, expect, it } from 'vitest';
import type { App } from '../../../../src/core/app.ts';
import { stateOfApp } from '../../../../src/ui/state/app-state.ts';

type Short = [type: string, status: 'True' | 'False' | 'Unknown', reason: string, message?: string];

function app(conditions: Short[], observedGeneration = 1): App {
  const full = conditions.map(([type, status, reason, message = '']) => ({ type, status, reason, message, lastTransitionTime: '' }));
  return { metadata: { generation: 1 }, status: { observedGeneration, conditions: full } } as unknown as App;
}

describe('stateOfApp', () => {
  it('is starting until somebody has looked at the present spec', () => {
    expect(stateOfApp({ metadata: { generation: 1 } } as App).label).toBe('Starting');
    expect(stateOfApp(app([['Ready', 'True', 'Serving']], 0)).label).toBe('Starting');
    expect(stateOfApp(app([['Ready', 'Unknown', 'X']])).label).toBe('Starting');
  });

  it('is ready when only what does not gate it is false', () => {
    const state = stateOfApp(
      app([
        ['Ready', 'True', 'Serving'],
        ['RoutesAccepted', 'True', 'NoClash'],
        ['CapabilitiesGranted', 'False', 'ImportsDenied'],
      ]),
    );
    expect(state).toEqual({ tone: 'good', label: 'Ready', message: '' });
  });

  it('says so when one route of several is lost', () => {
    const state = stateOfApp(
      app([
        ['Ready', 'True', 'Serving'],
        ['RoutesAccepted', 'False', 'RouteClash', 'taken'],
      ]),
    );
    expect(state).toEqual({ tone: 'busy', label: 'Ready in part', message: 'taken' });
  });

  it('names the condition that gates it, not another one that is false too', () => {
    const state = stateOfApp(
      app([
        ['ModuleAvailable', 'True', 'ModuleStored'],
        ['RoutesAccepted', 'False', 'RouteClash', 'one is taken'],
        ['Ready', 'False', 'CrashLoop', 'crashed 4 times'],
        ['Healthy', 'False', 'CrashLoop', 'crashed 4 times'],
      ]),
    );
    expect(state).toEqual({ tone: 'bad', label: 'Crashing', message: 'crashed 4 times' });
  });

  it('knows lost routes by the reason that is Ready’s own', () => {
    const state = stateOfApp(
      app([
        ['RoutesAccepted', 'False', 'RouteClash', 'taken'],
        ['Ready', 'False', 'NoRoute', 'every route is taken'],
      ]),
    );
    expect(state).toEqual({ tone: 'bad', label: 'Route is taken', message: 'every route is taken' });
  });
});
