import { describe, expect, it } from 'vitest';
import type { HostNode } from '../../../../src/ui/api/kinds.ts';
import type { FeatureGroup } from '../../../../src/ui/state/browser-features.ts';
import { featuresOfHost } from '../../../../src/ui/state/host-features.ts';
import { viewOfHost } from '../../../../src/ui/state/host-view.ts';

const host = (userAgent: string, jspi: string | undefined, thisHost = 'other') =>
  viewOfHost(
    {
      metadata: {
        name: 'h',
        namespace: '',
        creationTimestamp: '',
        labels: jspi === undefined ? {} : { 'swerve.dev/jspi': jspi },
        annotations: { 'swerve.dev/user-agent': userAgent },
      },
      spec: {},
    } as unknown as HostNode,
    thisHost,
  );
const measured: FeatureGroup[] = [
  {
    title: '',
    about: '',
    features: [
      { name: 'JSPI', presence: 'yes', isNeeded: false, use: '', without: '' },
      { name: 'SIMD', presence: 'yes', isNeeded: false, use: '', without: '' },
      { name: 'Shared memory and threads', presence: 'no', isNeeded: false, use: '', without: '' },
      { name: 'Badge', presence: 'yes', isNeeded: false, use: '', without: '' },
    ],
  },
];
const told = (...of: Parameters<typeof host>) => featuresOfHost(host(...of), measured, 'here').map(({ name, presence }) => `${name}: ${presence}`);

describe('featuresOfHost', () => {
  it('believes what the host tells of JSPI, and what was measured here of the rest', () => {
    expect(told('here', 'false')).toEqual(['JSPI: no', 'SIMD: yes']);
  });

  it('knows of this tab what differs from document to document', () => {
    expect(told('here', 'true', 'h')).toEqual(['JSPI: yes', 'SIMD: yes', 'Shared memory and threads: no']);
  });

  it('claims nothing of another browser, nor what nobody told', () => {
    expect(told('elsewhere', 'true')).toEqual(['JSPI: yes']);
    expect(told('elsewhere', undefined)).toEqual([]);
  });
});
