import { begin, close, converse, expect, go, looks, proposals, say, test } from './innerwork'

const first = 'I realise that I answer for my lighthouse team before they can.'
const second = 'I want to hear what the quiet ones see.'

test('a leader looks back at what she kept', async ({ page }) => {
  await begin(page)
  await converse(page, 'Humanising leadership')
  await say(page, first)
  await say(page, second)
  await close(page)
  await proposals(page).filter({ hasText: first }).getByRole('button', { name: 'Keep as it stands' }).click()
  await expect(proposals(page)).toHaveCount(1)
  await proposals(page).getByRole('button', { name: 'Keep as it stands' }).click()
  await expect(proposals(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Add a commitment' }).click()
  await page.getByLabel('What will you do?').fill('Let Jonas open the Monday round')
  await page.getByRole('button', { name: 'Commit to this' }).click()
  await expect(page.getByText('Your commitment is saved.')).toBeVisible()

  const insights = page.getByRole('main').getByRole('article')

  await test.step('insights are found by words, by practice and by state', async () => {
    await go(page, 'Insights')
    await expect(insights).toHaveCount(2)
    const search = page.getByRole('search')
    await search.getByLabel('Search').fill('quiet')
    await search.getByRole('button', { name: 'Search' }).click()
    await expect(insights).toHaveCount(1)
    await expect(insights).toContainText(second)
    await search.getByLabel('Search').fill('')
    await search.getByLabel('Practice').selectOption('Forgiveness')
    await expect(page.getByText('No insight fits this.')).toBeVisible()
    await search.getByLabel('Practice').selectOption('Humanising leadership')
    await expect(insights).toHaveCount(2)
  })

  await test.step('an insight keeps every wording it had', async () => {
    const insight = insights.filter({ hasText: first })
    await insight.getByText('Where it comes from').click()
    await expect(insight.getByRole('blockquote')).toHaveText(first)
    await insight.getByRole('button', { name: 'Reword' }).click()
    await insight.getByLabel('How you would put it now').fill('I hear more when I wait for an answer.')
    await page.getByRole('button', { name: 'Keep this wording' }).click()
    const reworded = insights.filter({ hasText: 'I hear more when I wait' })
    await expect(reworded).toBeVisible()
    if (!(await reworded.getByRole('button', { name: 'Reword' }).isVisible())) await reworded.getByText('Where it comes from').click()
    await expect(reworded.getByRole('list').getByRole('listitem')).toHaveText([/in your wording$/, /as you said it$/])
    await looks(page, 'insights')
  })

  await test.step('a quote leads back to where she said it', async () => {
    await insights.filter({ hasText: 'I hear more' }).getByRole('link', { name: 'where it was said' }).click()
    const said = page.getByRole('article').filter({ hasText: first, has: page.locator('mark') })
    await expect(said).toBeFocused()
    await expect(said.locator('mark')).toHaveText(first)
    await expect(said).toBeInViewport()
  })

  await test.step('an insight is retired, and held again', async () => {
    await go(page, 'Insights')
    const insight = insights.filter({ hasText: second })
    await insight.getByText('Where it comes from').click()
    await insight.getByRole('button', { name: 'Retire' }).click()
    await expect(insights).toHaveCount(1)
    await page.getByRole('search').getByLabel('Show').selectOption('retired')
    await expect(insights).toHaveText([new RegExp(second)])
    await insights.getByText('Where it comes from').click()
    await insights.getByRole('button', { name: 'Hold it again' }).click()
    await expect(page.getByText('No insight fits this.')).toBeVisible()
  })

  await test.step('she says what became of a commitment', async () => {
    await go(page, 'Commitments')
    await looks(page, 'commitments')
    await page.getByRole('button', { name: 'Say what became of it' }).click()
    await page.getByRole('radio', { name: 'Changed' }).check()
    await page.getByLabel('A note, if you like').fill('Jonas wanted Tuesday.')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Nothing is open.')).toBeVisible()
    await page.getByRole('radio', { name: 'All' }).check()
    const commitment = page.getByRole('article').filter({ hasText: 'Let Jonas open' })
    await expect(commitment).toContainText('Changed')
    await expect(commitment).toContainText('Jonas wanted Tuesday.')
  })
})

test('a leader changes a reflection, and forgets another', async ({ page }) => {
  const words = 'The lighthouse review went badly and I said nothing.'
  await begin(page)
  await go(page, 'Reflections')
  await page.getByLabel('Write', { exact: true }).fill(words)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('link', { name: words }).click()

  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Your words').fill(`${words} I was tired.`)
  await page.getByRole('button', { name: 'Save this version' }).click()
  await expect(page.getByText(`${words} I was tired.`)).toBeVisible()
  await page.getByRole('region', { name: 'Other versions' }).getByRole('group').click()
  await expect(page.getByText(words, { exact: true })).toBeVisible()

  await test.step('what a conversation made of her words goes with them', async () => {
    const said = 'I realise that I was silent because I was afraid of losing the lighthouse.'
    await converse(page)
    await say(page, said)
    await close(page)
    await proposals(page).getByRole('button', { name: 'Keep as it stands' }).click()
    await expect(page.getByText('Kept as an insight.')).toBeVisible()

    await go(page, 'Reflections')
    await page.getByRole('link', { name: said }).click()
    await page.getByRole('button', { name: 'Forget…' }).click()
    const asked = page.getByRole('dialog', { name: 'Forget these words?' })
    await expect(asked).toContainText('1 insight')
    await looks(page, 'forgetting')
    await asked.getByRole('button', { name: 'Forget for good' }).click()
    const receipt = page.getByRole('region', { name: 'Forgotten' })
    await expect(receipt.getByText('1 insight', { exact: true })).toBeVisible()
    await expect(receipt).toContainText('Gone from the disk: not yet')
    await looks(page, 'receipt')

    await go(page, 'Insights')
    await expect(page.getByText('You have kept no insight yet.')).toBeVisible()
    await go(page, 'Conversations')
    await page.getByRole('main').getByRole('listitem').getByRole('link').first().click()
    await expect(page.getByText('These words were forgotten.')).toBeVisible()
    await expect(page.getByText('silent because')).toHaveCount(0)
  })
})
