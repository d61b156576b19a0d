import { expect, test } from 'vitest'
import type { Receipt, Rewrite } from './nouns'
import { moving } from './receipts.svelte'

const receipt = (rewrite: Receipt['rewrite'], wantedAt?: string): Receipt => ({
  id: 'r', scope: { kind: 'everything' }, at: '2026-11-23T09:00:00Z', removed: {}, rewrite, wantedAt, limits: [],
})
const still: Rewrite = { ours: true, hour: 3, running: false }

test.each([
  ['nothing was forgotten', [], still, false],
  ['it waits for the night', [receipt('pending')], still, false],
  ['she asked for it now', [receipt('pending', '2026-11-23T09:01:00Z')], still, true],
  ['she asked, and it did not come to its end', [receipt('pending', '2026-11-23T09:01:00Z')], { ...still, problem: 'No.' }, false],
  ['it runs again after that', [receipt('pending')], { ...still, running: true }, true],
  ['the first stage runs', [receipt('done'), receipt('first stage')], still, true],
  ['all is done', [receipt('done', '2026-11-23T09:01:00Z')], still, false],
] as const)('%s', (_, receipts, rewrite, want) => {
  expect(moving({ receipts: [...receipts], rewrite })).toBe(want)
})
