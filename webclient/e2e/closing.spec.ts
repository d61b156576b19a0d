import type { Locator } from '@playwright/test'
import { begin, close, converse, expect, go, looks, proposals, replies, say, test } from './innerwork'

const realised = 'I realise that I answer for my lighthouse team before they can.'
const wanted = 'I want to hear what the quiet ones see.'
const noticed = 'I have learned that I do not let a silence last.'
const mine = 'Waiting is also work.'
const will = 'Let Jonas open the Monday round'

/** What takes a conclusion into the summary. */
const into = (region: Locator, words: string) =>
  region.getByRole('listitem').filter({ hasText: words }).getByRole('button', { name: /^Take into the summary/ })

test('at the closing she decides, each in one act, and takes it into her summary', async ({ page }) => {
  test.slow()
  await begin(page)
  await converse(page, 'Humanising leadership')
  for (const text of [realised, wanted, noticed]) await say(page, text)
  await close(page)
  const open = proposals(page)
  await expect(open).toHaveCount(3)
  const take = page.getByRole('region', { name: 'What I take with me' })
  const plans = page.getByRole('region', { name: 'My commitments' })
  const summary = page.getByRole('region', { name: 'My summary' })
  await expect(plans).toContainText('It may end without one.')
  await looks(page, 'closing-open')

  await test.step('she keeps one by the keyboard, and the next has the focus', async () => {
    await open.filter({ hasText: realised }).getByRole('button', { name: 'Keep as it stands' }).focus()
    await page.keyboard.press('Enter')
    await expect(open).toHaveCount(2)
    await expect(take.getByRole('status').first()).toHaveText('Kept as an insight.')
    await expect(page.locator('article:focus')).toHaveCount(1)
  })

  await test.step('her wording stays in its field when it could not be sent', async () => {
    const card = take.getByRole('article').filter({ hasText: wanted })
    await card.getByRole('button', { name: 'Put it in my words' }).press('Enter')
    await expect(card.getByLabel('In your words')).toBeFocused()
    await card.getByLabel('In your words').fill(mine)
    await page.route('**/api/proposals/*/keep', (route) => route.abort())
    await card.getByRole('button', { name: 'Keep this wording' }).click()
    await expect(card.getByRole('alert')).toContainText('Not done.')
    await expect(card.getByLabel('In your words')).toHaveValue(mine)
    await page.unroute('**/api/proposals/*/keep')
    await card.getByRole('button', { name: 'Keep this wording' }).click()
    await expect(open).toHaveCount(1)
    await expect(take.getByText(mine, { exact: true })).toBeVisible()
  })

  await test.step('what she declines is gone, also after a reload', async () => {
    await open.getByRole('button', { name: 'Decline' }).press('Enter')
    await expect(open).toHaveCount(0)
    await expect(page.getByRole('heading', { name: 'What I take with me' })).toBeFocused()
    await expect(take.getByRole('status').first()).toHaveText('Declined. It will not come back.')
    await page.reload()
    await expect(take.getByRole('button', { name: /^Take into the summary/ })).toHaveCount(2)
    await expect(take.getByText(noticed)).toHaveCount(0)
  })

  await test.step('she adds one of her own, and a commitment', async () => {
    const add = page.getByRole('button', { name: 'Add an insight of my own' })
    await add.press('Enter')
    await expect(page.getByRole('button', { name: 'Choose your words' })).toBeFocused()
    await page.getByRole('button', { name: 'Not now' }).click()
    await expect(add).toBeFocused()
    await page.getByRole('button', { name: 'Add a commitment' }).press('Enter')
    await expect(page.getByLabel('What will you do?')).toBeFocused()
    await page.keyboard.type(will)
    await page.keyboard.press('Enter')
    await expect(plans.getByRole('status').first()).toHaveText('Your commitment is saved.')
    await expect(page.getByRole('button', { name: 'Add a commitment' })).toBeFocused()
  })

  await test.step('a choice that would cut a negation is widened, and she is told', async () => {
    await page.getByRole('button', { name: 'Add a line to What I noticed' }).click()
    await page.getByRole('button', { name: 'Choose your words' }).click()
    const dialog = page.getByRole('dialog', { name: 'Choose your words' })
    const said = dialog.getByLabel(/^You, /).nth(2)
    await said.evaluate((area: HTMLTextAreaElement) => {
      const from = area.value.indexOf('let a silence last')
      area.focus()
      area.setSelectionRange(from, from + 'let a silence last'.length)
    })
    await expect(dialog.getByRole('status')).toContainText(noticed.slice(0, -1))
    await expect(dialog.getByRole('status')).toContainText('A little more than you selected')
    await looks(page, 'closing-picker')
    await dialog.getByRole('button', { name: 'Use these words' }).click()
    await page.getByRole('button', { name: 'Keep it' }).click()
    await expect(summary.getByRole('blockquote')).toContainText(['I do not let a silence last'])
  })

  await test.step('what she concluded becomes a line in one act', async () => {
    const quoted = into(take, realised)
    await quoted.press('Enter')
    await expect(take.getByText('In your summary, under “What I keep”.')).toBeFocused()
    await expect(quoted).toHaveCount(0)
    await expect(summary.getByRole('blockquote').filter({ hasText: realised })).toHaveCount(1)

    await into(take, mine).click()
    const line = summary.getByRole('listitem').filter({ hasText: mine })
    await expect(line.getByRole('blockquote')).toHaveText(wanted)
    await into(plans, will).click()
    await expect(plans.getByText('In your summary, under “What I will do”.')).toBeVisible()
    await expect(summary.getByText(will)).toBeVisible()
    await looks(page, 'closing-taken')
  })

  await test.step('a line taken is not doubled, and taken away it may be taken again', async () => {
    await page.reload()
    await expect(page.getByText('In your summary, under')).toHaveCount(3)
    await expect(page.getByRole('button', { name: /^Take into the summary/ })).toHaveCount(0)
    await summary.getByRole('listitem').filter({ hasText: mine }).getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await expect(summary.getByText(mine)).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Add a line to What I keep' })).toBeFocused()

    // Another window takes it in meanwhile.
    const { id, lines } = await (await page.request.get(`/api/conversations/${page.url().split('/').at(-2)}/summary`)).json()
    expect(lines).toHaveLength(3)
    const elsewhere = await page.context().newPage()
    await elsewhere.goto(page.url())
    await into(elsewhere.getByRole('main'), mine).click()
    await expect(elsewhere.getByText('In your summary, under')).toHaveCount(3)
    await elsewhere.close()
    await into(take, mine).click()
    await expect(summary.getByText(mine)).toHaveCount(1)
    const all = await (await page.request.get('/api/summaries')).json()
    expect(all.summaries.find((s: { id: string }) => s.id === id).lines).toHaveLength(4)
  })

  await test.step('the lines are there to release, with the question before where there was one', async () => {
    await page.getByRole('link', { name: 'Release lines to my coach' }).click()
    await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: 'What I keep' })).toHaveCount(2)
    await expect(page.getByRole('main').getByText(will)).toBeVisible()
    await looks(page, 'closing-lines')
  })
})

test('a conversation may end with nothing to decide', async ({ page }) => {
  await begin(page)
  await converse(page)
  await say(page, 'The meeting was long.')
  await close(page)
  await expect(page.getByText('There is nothing here to decide.')).toBeVisible()
  await expect(proposals(page)).toHaveCount(0)
  await looks(page, 'closing-empty')
  await page.getByRole('button', { name: 'Finish the conversation' }).click()
  await go(page, 'Insights')
  await expect(page.getByText('You have kept no insight yet.')).toBeVisible()
  await expect(replies(page)).toHaveCount(0)
})
