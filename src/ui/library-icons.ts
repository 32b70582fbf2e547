/**
 * Puts our icons in the place of the element library's own, whose default set comes from another origin. Loaded with the
 * first view that is not the home view; elements of ours use `icon()` and never `<wa-icon>` (a unit test looks).
 */
import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js';
import { iconAddress } from './icons.ts';

// `system` is what the library's components draw inside themselves, `default` what an icon without a library would be.
for (const name of ['system', 'default']) registerIconLibrary(name, { resolver: iconAddress });
