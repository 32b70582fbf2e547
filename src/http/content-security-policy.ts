export function hostScriptAllowed(_: string[], __: string, ___: string): { allowed: true; nonce: string | null } | { allowed: false; reason: string } { return { allowed: true, nonce: null }; }
