import { createContext } from '@lit/context';
import type { PanelStore } from './panel-store.ts';

/** The panel's store, handed down from `<swerve-app>`. */
export const panelContext = createContext<PanelStore>(Symbol('swerve/panel'));
