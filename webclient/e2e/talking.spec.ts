import { v7 } from 'uuid'
import { addLine, converse, expect, field, go, looks, password, proposals, replies, say, test } from './innerwork'

const before = 'I keep the lighthouse project close because handing it over feels like losing my first company again.'

test('a leader talks with the guide, and decides what stays', async ({ page }) => {
  await test.step('she makes the first account and agrees', async () => {
    await page.goto('/')
    await looks(page, 'setup')
    await page.getByLabel('Name').fill('Mara')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Create the account' }).click()

    await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible()
    const codes = (await page.getByLabel('Recovery codes').inputValue()).split('\n')
    expect(codes.length).toBeGreaterThanOrEqual(8)
    expect(new Set(codes).size).toBe(codes.length)
    await looks(page, 'codes')
    await expect(page.getByRole('button', { name: 'Go on' })).toBeDisabled()
    await page.getByLabel('I have kept them').check()
    await page.getByRole('button', { name: 'Go on' }).click()

    await expect(page.getByText('This is software, not a person. It is not therapy.')).toBeVisible()
    await looks(page, 'consent')
    await page.getByRole('button', { name: 'I understand and agree' }).click()
    await expect(page.getByText('You are talking with the guide: software, not a person. Your words stay on this machine.')).toBeVisible()
  })

  await test.step('she wrote something last month', async () => {
    // The page writes for today; another day comes with an import.
    const at = new Date(Date.now() - 31 * 86_400_000).toISOString()
    const made = await page.request.post('/api/reflections', { data: { id: v7(), text: before, at, zone: 'Europe/Berlin' } })
    expect(made.status()).toBe(201)
    await go(page, 'Reflections')
    await page.getByLabel('Write', { exact: true }).fill('The lighthouse team laughed today. I was in the room and did not hurry.')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Saved.')).toBeVisible()
    await expect(page.getByText(before)).toBeVisible()
    await looks(page, 'reflections')
  })

  await test.step('she begins, and the guide answers sentence by sentence', async () => {
    await converse(page, 'Purpose and intent')
    await expect(page.getByRole('heading', { name: 'Purpose and intent' })).toBeVisible()
    await expect(replies(page).first()).toContainText('?')
    await say(page, 'I want to understand why I keep working through every evening.')
    await page.getByRole('button', { name: 'Go on to exploring' }).click()
    await expect(page.getByRole('list', { name: 'Stages' }).locator('[aria-current=step]')).toHaveText('Exploring')
    await expect(replies(page)).toHaveCount(3)
  })

  await test.step('what she wrote last month comes back as an exact quote', async () => {
    const reply = await say(page, 'I notice that handing over the lighthouse project feels like losing something.')
    await expect(reply.getByRole('blockquote')).toHaveText(before)
    const sources = reply.getByRole('complementary')
    await expect(sources.getByText('found, given, quoted')).toBeVisible()
    await expect(sources.locator('mark').first()).toBeVisible()
    await looks(page, 'conversation')
    await say(page, 'I realise that losing my first company still decides how I lead.')
    await say(page, 'I want to hand over the budget before the winter.')
  })

  await test.step('a reload shows the same', async () => {
    const flow = page.locator('.flow')
    const was = await flow.innerText()
    await page.reload()
    await expect(replies(page)).toHaveCount(6)
    await expect.poll(() => flow.innerText()).toBe(was)
  })

  await test.step('she closes, and decides everything herself', async () => {
    await page.getByRole('button', { name: 'Come to a close' }).click()
    await expect(page.getByRole('heading', { name: 'What you take with you' })).toBeVisible()
    const open = proposals(page)
    await expect(open).toHaveCount(3)
    await looks(page, 'closing')

    await page.getByText('7', { exact: true }).click()
    await expect(page.getByRole('radio', { name: '7' })).toBeChecked()

    const kept = open.filter({ hasText: 'losing my first company still decides' })
    await kept.getByRole('button', { name: 'Keep as it stands' }).click()
    await expect(open).toHaveCount(2)
    await expect(page.getByText('Kept as an insight.')).toBeVisible()
    await open.filter({ hasText: 'hand over the budget' }).getByRole('button', { name: 'Put it in my words' }).click()
    await page.getByLabel('In your words').fill('Handing over is how I find out what I trust.')
    await page.getByRole('button', { name: 'Keep this wording' }).click()
    await expect(open).toHaveCount(1)
    await open.getByRole('button', { name: 'Decline' }).click()
    await expect(page.getByText('Declined. It will not come back.')).toBeVisible()
    await expect(open).toHaveCount(0)

    await page.getByRole('button', { name: 'Add an insight of my own' }).click()
    await page.getByRole('button', { name: 'Choose your words' }).click()
    const words = page.getByRole('dialog').getByLabel(/^You, /).first()
    await words.focus()
    await page.keyboard.press('Control+Home')
    for (const _ of 'I want to understand') await page.keyboard.press('Shift+ArrowRight')
    await expect(page.getByRole('dialog').getByRole('status')).toHaveText('Chosen: I want to understand')
    await page.getByRole('button', { name: 'Use these words' }).click()
    await page.getByRole('button', { name: 'Keep it' }).click()
    await expect(page.getByRole('region', { name: 'What I take with me' }).getByRole('listitem')).toHaveCount(3)

    await page.getByRole('button', { name: 'Add a commitment' }).click()
    await page.getByLabel('What will you do?').fill('Give Jonas the lighthouse budget')
    await page.getByLabel('Why does it matter to you?').fill('So that it is his')
    await page.getByRole('button', { name: 'Commit to this' }).click()
    await expect(page.getByText('Your commitment is saved.')).toBeVisible()

    await addLine(page, 'What I noticed', 2, 'I realise that losing my first company still decides how I lead.')
    const summary = page.getByRole('region', { name: 'My summary' })
    await expect(summary.getByRole('blockquote')).toHaveText('I realise that losing my first company still decides how I lead.')
    await page.getByRole('button', { name: 'Add a line to What stays open' }).click()
    await page.getByLabel('A line under: What stays open').fill('What do I keep when I have handed it over?')
    await page.getByRole('button', { name: 'Keep it' }).click()
    await expect(summary.getByText('What do I keep when I have handed it over?')).toBeVisible()

    await page.getByRole('button', { name: 'Finish the conversation' }).click()
  })

  await test.step('the list shows it, and it is closed', async () => {
    const entry = page.getByRole('listitem').filter({ hasText: 'working through every evening' })
    await expect(entry).toContainText('clarity 7 of 10')
    await expect(entry).toContainText('Closed')
    await looks(page, 'conversations')
    await entry.getByRole('link').click()
    await expect(page.getByText('This conversation is closed.')).toBeVisible()
    await expect(field(page)).toHaveCount(0)
  })
})
