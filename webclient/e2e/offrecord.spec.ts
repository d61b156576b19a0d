import { readFile } from 'node:fs/promises'
import { strFromU8, unzipSync } from 'fflate'
import type { Page } from '@playwright/test'
import { begin, Between, converse, expect, field, go, looks, replies, say, test } from './innerwork'

const kept = 'I keep the lighthouse project close to me.'
const said = 'I keep thinking of the walrus who left the harbour.'
const typed = 'And the narwhal, which I have not said to anybody'
const secret = /walrus|narwhal/i

const sign = (page: Page) => page.getByRole('note', { name: 'Off the record' })

async function offTheRecord(page: Page) {
  await go(page, 'Conversations')
  await page.getByRole('link', { name: 'Talk off the record' }).click()
  await page.getByRole('button', { name: 'Begin off the record' }).click()
  await expect(replies(page)).toHaveCount(1)
  await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0)
}

/** All that the page could have written down in this browser. */
const stored = (page: Page) =>
  page.evaluate(async () => {
    const databases = (await indexedDB.databases()).length
    const files = (await caches.keys()).length
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state, databases, files])
  })

test('a leader talks off the record, and nothing of it stays', async ({ page }) => {
  await begin(page)
  await test.step('on the record her unsent words are kept here, because she wants that', async () => {
    await converse(page)
    await say(page, kept)
    await page.getByLabel('Keep unsent words in this browser').check()
    await field(page).fill('A draft of the lighthouse')
    expect(await stored(page)).toContain('A draft of the lighthouse')
    await field(page).fill('')
  })

  await test.step('she reads what off the record means, and begins', async () => {
    await go(page, 'Conversations')
    await page.getByRole('link', { name: 'Talk off the record' }).click()
    await expect(page.getByRole('heading', { name: 'Off the record', exact: true })).toBeFocused()
    await expect(page.getByText('Nothing is kept.')).toBeVisible()
    await looks(page, 'offrecord-begin')
    await page.getByRole('button', { name: 'Begin off the record' }).click()
    await expect(replies(page)).toHaveCount(1)
    await expect(page.getByRole('heading', { level: 1, name: /^Off the record/ })).toBeFocused()
    await expect(sign(page)).toBeInViewport()
    expect(page.url()).toMatch(/#\/off-record$/)
  })

  await test.step('she types, speaks and is answered; the sign stays, and this browser keeps nothing', async () => {
    await field(page).fill(typed)
    expect(await stored(page)).not.toMatch(secret)
    const reply = await say(page, said)
    await expect(reply.locator('.sentence').first()).toBeVisible()
    await expect(page.getByRole('article').filter({ hasText: said }).first()).toBeVisible()
    await expect(sign(page)).toBeInViewport()
    await field(page).fill(typed)
    expect(await stored(page)).not.toMatch(secret)
    await looks(page, 'offrecord')
  })

  await test.step('there is nothing to conclude, to keep or to look up', async () => {
    await page.getByRole('button', { name: 'Go on to exploring' }).click()
    await expect(replies(page)).toHaveCount(3)
    for (const name of ['Come to a close', 'Forget this conversation…', 'Pause learning']) await expect(page.getByRole('button', { name })).toHaveCount(0)
    for (const name of ['Search in this conversation', 'Change', 'What I take with me']) await expect(page.getByRole('link', { name })).toHaveCount(0)
    await expect(page.getByLabel('Keep unsent words in this browser')).toHaveCount(0)
    await expect(page.getByRole('complementary')).toHaveCount(0)
  })

  await test.step('a sign of danger gets help here too', async () => {
    const help = await say(page, 'I want to kill myself tonight, like the walrus.')
    await expect(help.locator('.sentence.help').first()).toContainText('I am software and I cannot keep you safe')
    await expect(page.getByText('Coaching rests until you want to go on.')).toBeVisible()
    await expect(sign(page)).toBeInViewport()
    await looks(page, 'offrecord-crisis')
    await page.getByRole('button', { name: 'Go on', exact: true }).click()
    await expect(page.getByText('You chose to go on.')).toBeVisible()
  })

  await test.step('the help button can rest the coaching here too', async () => {
    await page.getByRole('banner').getByRole('button', { name: 'Help' }).click()
    await page.getByRole('dialog', { name: 'Help' }).getByRole('button', { name: 'Rest the coaching here' }).click()
    await expect(page.getByText('Coaching rests until you want to go on.')).toBeVisible()
    const waits = await say(page, 'The walrus can wait.')
    await expect(waits).toContainText('Coaching rests until you say go on')
    await expect(waits).not.toContainText('kept')
  })

  await test.step('a link asks before it takes her away', async () => {
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Insights' }).click()
    const dialog = page.getByRole('dialog', { name: 'Leave this conversation?' })
    await looks(page, 'offrecord-leave')
    await dialog.getByRole('button', { name: 'Close' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(page.getByRole('article').filter({ hasText: said }).first()).toBeVisible()
    await page.getByRole('button', { name: 'End it' }).click()
    await dialog.getByRole('button', { name: 'Leave it, and it is gone' }).click()
    await expect(page.getByText('Your conversation off the record is gone.')).toBeVisible()
    await looks(page, 'offrecord-left')
  })

  await test.step('it is in no list and no search', async () => {
    const main = page.getByRole('main')
    await expect(main.getByRole('link', { name: /lighthouse/ })).toHaveCount(1)
    await expect(main).not.toContainText(secret)
    await page.getByLabel('Search your conversations').fill('walrus')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await expect(page.getByText('No conversation has these words.')).toBeVisible()
    await go(page, 'Reflections')
    await expect(main.getByText(kept)).toBeVisible()
    await expect(main).not.toContainText(secret)
    const found = async (query: string) => (await page.request.post('/api/search', { data: { query } })).text()
    expect(await found('lighthouse')).toContain(kept)
    expect(await found('walrus in the harbour')).not.toMatch(secret)
  })

  await test.step('it is not in her archive, and not in this browser', async () => {
    await go(page, 'Account')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Make the archive' }).click()
    const files = Object.values(unzipSync(await readFile(await (await download).path()))).map((f) => strFromU8(f, true)).join('\n')
    expect(files).toContain(kept)
    expect(files).not.toMatch(secret)
    expect(await stored(page)).not.toMatch(secret)
  })

  await test.step('going back does not bring it back', async () => {
    await page.goto('/#/off-record')
    await expect(page.getByRole('button', { name: 'Begin off the record' })).toBeVisible()
    await expect(replies(page)).toHaveCount(0)
    await expect(page.getByRole('main')).not.toContainText(secret)
  })
})

test('off the record, a cut goes on and a reload is the end', async ({ page }) => {
  const between = await Between.on(page)
  await begin(page)
  await offTheRecord(page)
  await say(page, said)
  const id = between.conversation
  const there = async () => (await page.request.get(`/api/conversations/${id}`)).status()
  expect(await there()).toBe(200)

  await between.cut()
  await say(page, 'I am still here.')
  await expect(page.getByRole('article').filter({ hasText: said }).first()).toBeVisible()

  let asked = ''
  page.on('dialog', (dialog) => {
    asked = dialog.type()
    void dialog.accept()
  })
  await page.reload()
  expect(asked).toBe('beforeunload')
  await expect(page.getByText('If you had a conversation off the record here, it is gone')).toBeVisible()
  await expect(replies(page)).toHaveCount(0)
  await expect.poll(there).toBe(404)
  expect(await stored(page)).not.toMatch(secret)
})

test('off the record, a server that was started again says that it is gone', async ({ page, instance }) => {
  await begin(page)
  await offTheRecord(page)
  await say(page, said)
  await instance.kill()
  await expect(page.getByText('This conversation waits for you for 15 minutes; if Innerwork is started again meanwhile, it is gone.')).toBeVisible()
  await instance.start()
  await expect(page.getByText('This conversation is not there any more. If Innerwork was started again, it is gone.')).toBeVisible()
  await expect(field(page)).toHaveCount(0)
  await looks(page, 'offrecord-lost')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('This conversation is not there any more.')).toBeVisible()
  await page.getByRole('button', { name: 'Leave it' }).click()
  await page.getByRole('button', { name: 'Leave it, and it is gone' }).click()
  await expect(page.getByText('Your conversation off the record is gone.')).toBeVisible()
  await expect(page.getByText('You have had no conversation here yet.')).toBeVisible()
})

test.describe('with a model', () => {
  test.use({ speaker: 'hostile' })

  test('off the record, she is told who reads it, and the guard stands', async ({ page }) => {
    await begin(page)
    await go(page, 'Conversations')
    await page.getByRole('link', { name: 'Talk off the record' }).click()
    await expect(page.getByText('still reads it')).toBeVisible()
    await looks(page, 'offrecord-model')
    await page.getByRole('button', { name: 'Begin off the record' }).click()
    await expect(replies(page)).toHaveCount(1)
    const reply = await say(page, said)
    await expect(reply).not.toContainText(/should|must/i)
    await expect(sign(page)).toBeInViewport()
  })
})
