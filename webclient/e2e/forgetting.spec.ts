// She forgets a conversation, a time and in the end everything, and keeps the receipts.

import type { Page } from '@playwright/test'
import { addLine, begin, close, converse, expect, go, looks, proposals, say, test } from './innerwork'

const lantern = 'I realise that I answer for my lighthouse team before they can.'
const quiet = 'I want to hear what the quiet ones see.'
const held = 'I wait for an answer.'
const oars = 'I notice that I take the oars out of their hands.'

/** Searches her words, until the index shows them as expected. */
async function search(page: Page, words: string, found: boolean) {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Search', exact: true }).click()
  await expect(page.getByRole('searchbox')).toBeFocused()
  await page.getByRole('searchbox').fill(words)
  await page.getByRole('searchbox').press('Enter')
  const there = page.getByRole('main').getByRole('listitem').filter({ hasText: words })
  await expect(async () => { // it is indexed behind what is said
    await page.reload()
    await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible()
    if (found) await expect(there.first()).toBeVisible({ timeout: 2000 })
    else await expect(page.getByText('Nothing on record.')).toBeVisible({ timeout: 2000 })
  }).toPass()
  if (!found) await expect(page.getByRole('main').getByText(words)).toHaveCount(0)
}

test('a leader forgets a conversation and a time, and has the receipts', async ({ page }) => {
  test.setTimeout(240_000)
  await begin(page)
  await converse(page, 'Humanising leadership')
  await say(page, lantern)
  await say(page, quiet)
  await close(page)
  await proposals(page).filter({ hasText: lantern }).getByRole('button', { name: 'Keep as it stands' }).click()
  await expect(proposals(page)).toHaveCount(1)
  await proposals(page).getByRole('button', { name: 'Keep as it stands' }).click()
  await expect(proposals(page)).toHaveCount(0)
  await addLine(page, 'What I noticed', 0, lantern)
  await search(page, lantern, true)

  const opened = async () => {
    await go(page, 'Conversations')
    await page.getByRole('main').getByRole('link', { name: /Humanising leadership/ }).click()
    await page.getByRole('button', { name: 'Forget this conversation…' }).click()
    return page.getByRole('dialog', { name: 'Forget this conversation?' })
  }

  await test.step('she sees what was made of it, and keeps one insight in her own wording', async () => {
    const asked = await opened()
    await expect(asked.getByText('2 reflections, 1 whole conversation.')).toBeVisible()
    await expect(asked.getByText('2 insights.')).toBeVisible()
    await expect(asked.getByText('1 summary line:')).toBeVisible()
    await expect(asked.getByText('Backups that were made before still hold it')).toBeVisible()
    await looks(page, 'forget-conversation')
    await asked.getByRole('listitem').filter({ hasText: quiet }).getByRole('link', { name: 'Open' }).click()
    const insight = page.getByRole('main').getByRole('article').filter({ hasText: quiet })
    await expect(insight).toBeInViewport()
    await insight.getByRole('button', { name: 'Reword' }).click()
    await insight.getByLabel('How you would put it now').fill(held)
    await page.getByRole('button', { name: 'Keep this wording' }).click()
    await expect(page.getByRole('main').getByRole('article').filter({ hasText: held })).toBeVisible()
  })

  await test.step('the conversation goes, and its receipt stands there', async () => {
    const asked = await opened()
    await expect(asked.getByText('1 insight.')).toBeVisible()
    await expect(asked.getByText(held)).toHaveCount(0)
    await asked.getByRole('button', { name: 'Forget for good' }).click()
    const receipt = page.getByRole('region', { name: 'Forgotten' })
    await expect(receipt.getByRole('heading')).toBeFocused()
    await expect(receipt.getByText(/Gone from everything here: \d/)).toBeVisible()
    await expect(receipt.getByText('Gone from the disk: not yet.')).toBeVisible()
    await expect(receipt.getByText('2 reflections', { exact: true })).toBeVisible()
    await expect(page.getByRole('main').getByText(/lighthouse|quiet ones/)).toHaveCount(0)
    await looks(page, 'forgotten-conversation')
    await page.getByRole('link', { name: 'All conversations' }).click()
    await expect(page.getByRole('main').getByRole('link', { name: /Humanising leadership/ })).toHaveCount(0)
    await go(page, 'Insights')
    await expect(page.getByRole('main').getByRole('article')).toHaveCount(1)
    await expect(page.getByRole('main').getByRole('article')).toContainText(held)
    await search(page, 'lighthouse', false)
  })

  const region = page.getByRole('region', { name: 'Forgetting' })
  const receipts = region.getByRole('group').filter({ hasText: /^\s*(One|A time)/ })

  await test.step('a time goes', async () => {
    await converse(page, 'Humanising leadership')
    await say(page, oars)
    await search(page, oars, true)
    await go(page, 'Account')
    await expect(region.getByRole('button', { name: 'Forget this time…' })).toBeDisabled()
    await region.getByLabel('First day').fill('2026-02-02')
    await region.getByLabel('Last day').fill('2026-02-01')
    await expect(region.getByText('The last day is before the first.')).toBeVisible()
    await expect(region.getByRole('button', { name: 'Forget this time…' })).toBeDisabled()
    await region.getByLabel('First day').fill('2020-01-01')
    await region.getByLabel('Last day').fill('')
    await region.scrollIntoViewIfNeeded()
    await looks(page, 'forgetting-account')
    await region.getByRole('button', { name: 'Forget this time…' }).click()
    const asked = page.getByRole('dialog', { name: 'Forget this time?' })
    await expect(asked.getByText(/^1 reflection, 1 whole conversation/)).toBeVisible()
    await looks(page, 'forget-time')
    await asked.getByRole('button', { name: 'Forget for good' }).click()
    await expect(receipts).toHaveCount(2)
    await expect(receipts.first()).toContainText('A time range')
    await expect(receipts.first().getByText('Gone from the disk: not yet.')).toBeVisible()
    await search(page, 'oars', false)
  })

  await test.step('both are gone from the disk when she asks for it', async () => {
    await go(page, 'Account')
    await region.getByRole('button', { name: 'Rewrite now' }).click()
    for (const nth of [0, 1]) await expect(receipts.nth(nth)).toContainText('gone from here and from the disk', { timeout: 90_000 })
    await expect(region.getByRole('button', { name: 'Rewrite now' })).toHaveCount(0)
    await receipts.nth(1).getByText(/^One conversation/).click()
    for (const stage of ['everything here', 'the disk']) await expect(receipts.nth(1).getByText(new RegExp(`Gone from ${stage}: \\d`))).toBeVisible()
    await region.getByRole('heading', { name: 'Receipts' }).scrollIntoViewIfNeeded()
    await looks(page, 'receipts')
  })

  await test.step('everything goes only when she types it', async () => {
    await region.getByRole('button', { name: 'Forget everything…' }).click()
    const asked = page.getByRole('dialog', { name: 'Forget everything?' })
    const button = asked.getByRole('button', { name: 'Forget for good' })
    await expect(asked.getByText(held)).toBeVisible()
    await expect(asked.getByText('To keep one')).toHaveCount(0)
    await expect(button).toBeDisabled()
    await asked.getByLabel('To go on, type: forget everything').fill('forget everything')
    await looks(page, 'forget-everything')
    await button.click()
    await expect(region.getByRole('group').filter({ hasText: /^\s*Everything,/ })).toBeVisible()
    await go(page, 'Insights')
    await expect(page.getByRole('main').getByRole('article')).toHaveCount(0)
  })
})
