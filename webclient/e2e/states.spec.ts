import { begin, Between, converse, expect, field, looks, replies, say, test } from './innerwork'

// States that a story cannot wait for: somebody on the line tells the page of them.

test('what becomes of the line is said quietly, with what she can do', async ({ page }) => {
  const between = await Between.on(page)
  await begin(page)
  await converse(page)
  between.refuse = 4003
  await between.cut(4003)
  await expect(page.getByText('Innerwork is busy just now.')).toBeVisible()
  await expect(field(page)).toBeEditable()
  await looks(page, 'line-busy')
  between.refuse = 4502
  const windows = page.getByText('Innerwork is open in too many windows.')
  // The page tries by itself too, and then the button is gone.
  await Promise.any([page.getByRole('button', { name: 'Try now' }).click(), expect(windows).toBeVisible()])
  await expect(windows).toBeVisible()
  await looks(page, 'line-windows')
  between.refuse = 4503
  await page.getByRole('button', { name: 'Connect again' }).click()
  await expect(page.getByText('This page and the server did not understand each other.')).toBeVisible()
  between.refuse = null
  await page.getByRole('button', { name: 'Connect again' }).click()
  await expect(page.getByText('did not understand each other')).toHaveCount(0)
  await say(page, 'The lighthouse can wait.')
})

test('a session that is ended elsewhere leaves her words to her', async ({ page, visitor }) => {
  await begin(page)
  await converse(page)
  await field(page).fill('A draft about the lighthouse.')
  await visitor.goto('/')
  await visitor.getByLabel('Name').fill('Mara')
  await visitor.getByLabel('Password', { exact: true }).fill('a bench under four old trees')
  await visitor.getByRole('button', { name: 'Sign in' }).click()
  await visitor.getByRole('link', { name: 'Account', exact: true }).click()
  await visitor.getByRole('region', { name: 'Where you are signed in' }).getByRole('button', { name: /End/ }).first().click()
  await expect(page.getByText('Your session has ended. What you had not sent is still in this page')).toBeVisible()
  await looks(page, 'signed-out')
  expect(await page.locator('body').innerText()).not.toContain('lighthouse')
  await page.getByLabel('Name').fill('Mara')
  await page.getByLabel('Password', { exact: true }).fill('a bench under four old trees')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(field(page)).toHaveValue('A draft about the lighthouse.')
})

test('a reply says what it waits for, and how it ended', async ({ page }) => {
  const between = await Between.on(page)
  await begin(page)
  await converse(page)
  const reply = (n: number, state: string, reason = '') => ({
    reply: { id: `r${n}`, conversation: between.conversation, state, reason, speaker: 'model', model: 'a-model', at: '2026-11-23T09:30:00Z' },
  })
  between.up = between.vouch
  between.tell('reply', reply(1, 'accepted'))
  const first = replies(page).nth(1)
  await expect(first).toContainText('a-model is taking this in…')
  const status = (state: string) => between.say({ type: 'status', conversation: between.conversation, reply: 'r1', state })
  status('thinking')
  await expect(first).toContainText('a-model is thinking…')
  status('retrying')
  await expect(first).toContainText('a-model did not answer at first and is asked once more…')
  await expect(first).toContainText('Nothing has come from a-model for a while.', { timeout: 30_000 })
  await expect(first.locator('.breath')).toHaveCount(0)
  await looks(page, 'reply-quiet')
  status('queued')
  await expect(first).toContainText('Others are being answered first; then a-model answers you.')
  await looks(page, 'reply-queued')
  between.tell('end', reply(1, 'failed', 'unauthorized'))
  await expect(first).toContainText('There is no reply. The model’s server did not accept the key. Whoever runs Innerwork can mend this.')
  await expect(first.getByRole('button')).toHaveText(['Let the guide answer', 'Try again'])
  await expect(page.locator('[aria-live=polite]').getByText('There is no reply.')).toHaveCount(1)

  for (const [n, state, reason] of [[2, 'cut', 'length'], [3, 'interrupted', 'node lost'], [4, 'failed', 'silent'], [5, 'complete', 'guide filled in']] as const) {
    between.tell('reply', reply(n, 'accepted'))
    if (state !== 'failed') {
      between.tell('sentence', { sentence: { reply: `r${n}`, n: 1, kind: 'question', author: 'model', model: 'a-model', text: 'What matters to you in this?' } })
    }
    between.tell('end', reply(n, state, reason))
  }
  await expect(replies(page)).toHaveCount(6)
  await expect(replies(page).nth(2)).toContainText('This reply was cut short. It reached the length')
  await expect(replies(page).nth(4)).toContainText('There is no reply. The model fell silent.')
  await expect(replies(page).nth(5)).toContainText('the guide asks instead')
  await expect(page.getByRole('button', { name: 'Try again' })).toHaveCount(0)
  await looks(page, 'reply-ends')

  // None of it is of the server's history, and it says so.
  between.up = (frame) => frame
  await between.cut(4002)
  await expect(page.getByText('The server was set back to an earlier state')).toBeVisible()
  await expect(replies(page)).toHaveCount(1)
  await looks(page, 'replaced')
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  await expect(page.getByText('The server was set back')).toHaveCount(0)
})

test('words that the server does not take stay in her hands', async ({ page }) => {
  const between = await Between.on(page)
  await begin(page)
  await converse(page)
  const answers = new Map<string, string>()
  const sent: string[] = []
  between.up = (frame) => {
    if (frame.type !== 'say') return frame
    sent.push(String(frame.id))
    const code = answers.get(String(frame.text))
    if (!code) return frame
    between.say({ type: 'error', code, message: code === 'too_many' ? 'That is many messages in one minute.' : 'It was not taken.', about: frame.id })
    return null
  }
  const unsent = (text: string) => page.getByRole('article').filter({ hasText: text, has: page.getByRole('heading', { name: /^You/ }) })
  const write = async (text: string, code: string) => {
    answers.set(text, code)
    await field(page).fill(text)
    await field(page).press('Enter')
  }
  await write('The first lighthouse.', 'conflict')
  await expect(unsent('The first lighthouse.')).toContainText('not sent')
  await write('The second lighthouse.', 'internal')
  await expect(unsent('The second lighthouse.').getByRole('button')).toHaveText(['Send it again', 'Take it back to the field', 'Let it go'])
  await write('The third lighthouse.', 'too_many')
  await expect(unsent('The third lighthouse.')).toContainText('That is many messages in one minute. You need do nothing: it is sent again by itself.')
  await expect(field(page)).toBeFocused()
  await looks(page, 'unsent')

  answers.clear()
  await between.cut()
  await expect(unsent('The third lighthouse.')).not.toContainText('kept here until sent')
  await unsent('The second lighthouse.').getByRole('button', { name: 'Send it again' }).click()
  await expect(unsent('The second lighthouse.')).not.toContainText('not sent')
  expect(new Set(sent).size).toBe(3)

  await unsent('The first lighthouse.').getByRole('button', { name: 'Take it back to the field' }).click()
  await expect(field(page)).toBeFocused()
  await expect(field(page)).toHaveValue('The first lighthouse.')
  await write('The last lighthouse.', 'gone')
  await unsent('The last lighthouse.').getByRole('button', { name: 'Let it go' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Let it go' }).click()
  await expect(unsent('The last lighthouse.')).toHaveCount(0)
})
