import { addLine, begin, close, converse, expect, go, looks, password, replies, say, test } from './innerwork'

const shown = 'I notice that I hold the lighthouse meeting so that nobody else can fail in it.'
const bare = 'I want to leave one meeting a week to them.'
const kept = 'I have not told the board yet.'

test('a human coach audits what a leader released to him', async ({ page, visitor }) => {
  await begin(page)
  await converse(page, 'Identity')
  const question = (await replies(page).first().locator('.question p').innerText()).trim()
  await say(page, shown)
  await say(page, bare)
  await say(page, kept)
  await close(page)
  await addLine(page, 'What I noticed', 0, shown)
  await addLine(page, 'What I will do', 1, bare)
  await addLine(page, 'What stays open', 2, kept)

  await test.step('she invites him, he takes it up, she confirms him', async () => {
    await go(page, 'My coach')
    await page.getByRole('button', { name: 'Make an invitation link' }).click()
    const link = await page.getByLabel('Invitation link').inputValue()
    await looks(page, 'coach')
    await visitor.goto(link)
    await expect(visitor.getByText('Mara would like you as a human coach.')).toBeVisible()
    expect(visitor.url()).not.toContain(link.split('/').at(-1)!)
    await looks(visitor, 'invitation')
    await visitor.getByLabel('Name').fill('Anselm')
    await visitor.getByLabel('Password', { exact: true }).fill(password)
    await visitor.getByRole('button', { name: 'Accept and create my account' }).click()
    await visitor.getByLabel('I have kept them').check()
    await visitor.getByRole('button', { name: 'Go on' }).click()
    await expect(visitor.getByText('has not confirmed you yet')).toBeVisible()

    await page.reload()
    await page.getByRole('button', { name: 'Yes, Anselm is my coach' }).click()
    await expect(page.getByRole('heading', { name: 'With you now' })).toBeVisible()
    await visitor.reload()
    await expect(visitor.getByText('nothing new')).toBeVisible()
  })

  await test.step('she releases two lines, and sees before what he will see', async () => {
    await page.getByRole('link', { name: 'Lines', exact: true }).click()
    const line = (text: string) => page.getByRole('main').getByRole('listitem').filter({ hasText: text })
    const dialog = page.getByRole('dialog', { name: 'Release this line' })

    await line(shown).getByRole('button', { name: 'Release…' }).click()
    await expect(dialog).toContainText(question)
    await expect(dialog).toContainText('asked by The guide')
    await expect(dialog).toContainText(`released ${new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'Europe/Berlin' })}`)
    await looks(page, 'release')
    await dialog.getByRole('button', { name: 'Release to Anselm' }).click()
    await expect(line(shown)).toContainText('with the question before; read 0 times')

    await line(bare).getByRole('button', { name: 'Release…' }).click()
    await dialog.getByRole('checkbox', { name: 'With the question' }).uncheck()
    await expect(dialog).toContainText('The question before this line was not released.')
    await dialog.getByRole('button', { name: 'Release to Anselm' }).click()
    await expect(line(bare)).toContainText('without the question before')
    await looks(page, 'lines')
  })

  const desk = visitor.getByRole('main').getByRole('listitem')

  await test.step('he sees exactly these, and puts a mark on the question', async () => {
    await visitor.reload()
    await looks(visitor, 'desk')
    await visitor.getByRole('link', { name: /Mara.*2 new/ }).click()
    const first = desk.filter({ hasText: shown }).first()
    const second = desk.filter({ hasText: bare }).first()
    await expect(visitor.getByRole('button', { name: /^Put a mark/ })).toHaveCount(2)
    await expect(first).toContainText(question)
    await expect(first).toContainText('asked by The guide')
    await expect(second).toContainText('The question before this line was not released.')
    await expect(visitor.getByText(kept)).toHaveCount(0)

    await first.getByRole('button', { name: /^Put a mark/ }).click()
    await first.getByRole('radio', { name: 'the question before' }).check()
    await first.getByRole('radio', { name: /^Leading/ }).check()
    await first.getByLabel('Note').fill('It takes for granted that you want a change.')
    await looks(visitor, 'marking')
    await first.getByRole('button', { name: 'Put the mark' }).click()
    await expect(visitor.getByRole('list', { name: 'Marks on this line' })).toContainText('Leading on the question')
    await second.getByRole('button', { name: /^Put a mark/ }).click()
    await expect(second.getByRole('radio', { name: 'the question before' })).toBeDisabled()
  })

  await test.step('she sees that he read them, and answers his mark', async () => {
    await page.getByRole('link', { name: 'What was read' }).click()
    await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: shown })).toContainText('Anselm')
    await looks(page, 'readings')
    await page.getByRole('link', { name: 'Marks', exact: true }).click()
    await expect(page.getByText('It takes for granted that you want a change.')).toBeVisible()
    await page.getByRole('button', { name: 'Answer' }).click()
    await page.getByLabel('Your answer').fill('I did want one.')
    await page.getByRole('button', { name: 'Send the answer' }).click()
    await expect(page.getByText('I did want one.')).toBeVisible()
    await looks(page, 'marks')
    await visitor.reload()
    await expect(visitor.getByRole('list', { name: 'Marks on this line' })).toContainText('I did want one.')
  })

  await test.step('she revokes one, and he sees it no more', async () => {
    await page.getByRole('link', { name: 'Lines', exact: true }).click()
    const line = page.getByRole('main').getByRole('listitem').filter({ hasText: shown }).first()
    await line.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await expect(line.getByRole('button', { name: 'Release…' })).toBeVisible()
    await visitor.reload()
    await expect(visitor.getByText(bare).first()).toBeVisible()
    await expect(visitor.getByText(shown)).toHaveCount(0)
  })

  await test.step('his own pages hold nothing of hers', async () => {
    await expect(visitor.getByRole('navigation', { name: 'Places' }).getByRole('link')).toHaveText(['Desk', 'Account'])
    for (const path of ['/api/reflections', '/api/conversations', '/api/insights', '/api/summaries']) {
      const answer = await visitor.request.get(path)
      expect(answer.status(), path).toBe(403)
    }
    await go(page, 'Account')
    await looks(page, 'account')
    await go(page, 'People')
    await expect(page.getByRole('main')).toContainText('Anselm')
    await looks(page, 'people')
  })
})
