/** Folder under the base that belongs to Swerve: API, panel and build assets. Everything else belongs to Apps. */
export const SYSTEM_PREFIX = '_swerve/';

/**
 * The base of the deployment, ending in a slash, from the address of any script of the build (all lie under
 * `<base>_swerve/`): `https://example.org/sub/`. The document's own address will not do: an App's page can be anywhere.
 */
export function deploymentBase(scriptUrl: string): URL {
  const end = scriptUrl.lastIndexOf(`/${SYSTEM_PREFIX}`);
  return new URL(end < 0 ? './' : scriptUrl.slice(0, end + 1), scriptUrl);
}
