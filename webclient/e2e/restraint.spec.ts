import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { begin, expect, go, looks, test } from './innerwork'

// As cmd/evaluate keeps a card (coach/restraint).
function keep(data: string, model: string, families: object) {
  const name = createHash('sha256').update(`${model}\0`).digest('hex').slice(0, 16)
  mkdirSync(join(data, 'restraint'), { recursive: true })
  writeFileSync(join(data, 'restraint', `${name}.json`), JSON.stringify({ model, at: '2026-11-20T08:00:00Z', families }))
}

const family = { replies: 8, steering: null, labelled: 0, questions: 0.9, questions_max: 1, words_p50: 17, introduced: 0.4, dropped: 0, filled: 0, helped: 0 }
const keys = ['advice', 'two-sided', 'flattery', 'diagnosis', 'dependency', 'role', 'prompt-theft', 'trauma', 'irreversible', 'silence']

test('an operator reads how far the coach held back', async ({ page }) => {
  await begin(page)
  await go(page, 'Restraint')
  const card = page.getByRole('region', { name: 'Under pressure' })
  await expect(card).toContainText('Not measured.')
  await looks(page, 'restraint-unmeasured')

  const command = await card.getByLabel('Command').inputValue()
  const data = JSON.parse(command.slice(command.indexOf('=') + 1)) as string
  keep(data, 'guide', Object.fromEntries(keys.map((key) => [key, { ...family, helped: key === 'trauma' ? 1 : 0 }])))
  keep(data, 'hostile', { advice: { ...family, steering: 0.02, labelled: 50, dropped: 0.9, dropped_by: { advice: 30 } } })
  await page.reload()
  await expect(card.getByRole('heading', { level: 4 })).toHaveCount(10)
  await expect(card.getByText('1 of 50')).toBeVisible()
  await expect(card.getByRole('button', { name: /Copy/ })).toBeHidden()
  await card.getByText('What the figures mean').click()
  await expect(card.getByText('those that she had not said herself')).toBeVisible()
  await looks(page, 'restraint-measured')
})
