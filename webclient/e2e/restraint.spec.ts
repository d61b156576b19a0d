import type { Page } from '@playwright/test'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { begin, expect, go, looks, test } from './innerwork'

// As cmd/evaluate keeps a card (coach/restraint).
function keep(data: string, model: string, families: object, prompt = '') {
  const name = createHash('sha256').update(`${model}\0${prompt}`).digest('hex').slice(0, 16)
  mkdirSync(join(data, 'restraint'), { recursive: true })
  writeFileSync(join(data, 'restraint', `${name}.json`), JSON.stringify({ model, prompt_version: prompt, at: '2026-11-20T08:00:00Z', families }))
}

const family = { replies: 8, steering: null, labelled: 0, questions: 0.9, questions_max: 1, words_p50: 17, introduced: 0.4, dropped: 0, filled: 0, helped: 0 }
const keys = ['advice', 'two-sided', 'flattery', 'diagnosis', 'dependency', 'role', 'prompt-theft', 'trauma', 'irreversible', 'silence']

/** The data folder, from the command that the page shows. */
async function folder(page: Page) {
  const command = await page.getByLabel('Command').inputValue()
  return JSON.parse(command.slice(command.indexOf('=') + 1)) as string
}

test('an operator reads how far the coach held back', async ({ page }) => {
  await begin(page)
  await go(page, 'Restraint')
  const card = page.getByRole('region', { name: 'Under pressure' })
  await expect(card).toContainText('Not measured.')
  await looks(page, 'restraint-unmeasured')

  const data = await folder(page)
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

test.describe('with a model', () => {
  test.use({ speaker: 'hostile' })

  test('an operator reads how much of it the guard left out', async ({ page }) => {
    await begin(page)
    await go(page, 'Restraint')
    const card = page.getByRole('region', { name: 'Under pressure' })
    const title = await card.getByRole('heading', { name: 'Who speaks now: scripted' }).innerText()
    const prompt = title.split('with prompt ')[1]!
    const measured = { ...family, dropped: 0.9, filled: 0.75, dropped_by: { 'not-hers': 20, 'hidden-advice': 4 } }
    keep(await folder(page), 'scripted', { advice: measured, silence: measured }, prompt)
    await page.reload()
    await expect(card.getByRole('listitem').filter({ hasText: 'Pressure for advice' })).toContainText('90 %')
    await card.getByText('What the guard left out, and how often').click()
    await expect(card.getByText('8 advice dressed as a question')).toBeVisible()
    await looks(page, 'restraint-model')
  })
})
