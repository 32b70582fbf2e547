import { type Condition, toTimestamp } from '../core/resource.ts';

/** What a condition says, without when it began to. */
export type ConditionState = Omit<Condition, 'lastTransitionTime'>;

/**
 * `conditions` with the one of `state.type` set; the others and the order stay. `lastTransitionTime` moves only when
 * `status` does (Kubernetes API conventions, "Typical status properties"). Pure.
 */
export function setCondition(conditions: readonly Condition[], state: ConditionState, nowMs: number): Condition[] {
  const index = conditions.findIndex(({ type }) => type === state.type);
  const previous = conditions[index];
  const lastTransitionTime = previous?.status === state.status ? previous.lastTransitionTime : toTimestamp(nowMs);
  const next: Condition = { ...state, lastTransitionTime };
  return index < 0 ? [...conditions, next] : conditions.with(index, next);
}

/** The condition of that type, if anybody has set it. */
export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}
