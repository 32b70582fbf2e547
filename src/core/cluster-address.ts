/** Names of Apps for each other, as Kubernetes names Services: `http://<app>.<namespace>.svc.cluster.local/`. */
export const CLUSTER_SUFFIX = '.svc.cluster.local';

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether `hostname` is one of the cluster's inner names, whose requests never leave the browser. */
export function isClusterHost(hostname: string): boolean {
  return hostname.endsWith(CLUSTER_SUFFIX);
}

/** The App that an inner name such as `api.default.svc.cluster.local` means; null: no App can have that name. */
export function appOfClusterHost(hostname: string): { namespace: string; name: string } | null {
  if (!isClusterHost(hostname)) return null;
  const [name = '', namespace = '', ...rest] = hostname.slice(0, -CLUSTER_SUFFIX.length).split('.');
  return rest.length === 0 && LABEL.test(name) && LABEL.test(namespace) ? { namespace, name } : null;
}
