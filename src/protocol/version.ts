/** Sent in every `hello`. Old tabs outlive new service workers: a mismatch closes the channel with a reason. Raise it with any change under `protocol/`. */
export const PROTOCOL_VERSION = 5;
