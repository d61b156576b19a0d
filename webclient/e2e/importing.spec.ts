// She brings in words from each kind of program that leaders keep them in.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { strToU8, zipSync } from 'fflate'
import { begin, expect, go, looks, test } from './innerwork'

const dayOne = JSON.stringify({
  metadata: { version: '1.0' },
  entries: [
    { creationDate: '2024-03-09T22:30:00Z', timeZone: 'America/New_York', text: 'I let them finish\\. It took an hour\\!\n\n![](dayone-moment://5B1C)', photos: [{ md5: '0a' }] },
    { creationDate: '2024-03-11T07:00:00Z', timeZone: 'Europe/Lisbon', text: 'The lantern went out and nobody moved.' },
    { creationDate: 'whenever', text: 'Lost in time.' },
  ],
})

const turn = (id: string, parent: string, role: string, at: number, text: string) => ({
  [id]: { id, parent, children: [], message: { author: { role }, create_time: at, content: { content_type: 'text', parts: [text] } } },
})

const talks = JSON.stringify([
  {
    title: 'Delegation coaching', create_time: 1709971200, conversation_id: 'c-1', current_node: 'm3',
    mapping: {
      root: { id: 'root', parent: null, children: ['m1'], message: null },
      ...turn('m1', 'root', 'user', 1709971201, 'I keep taking the oars out of their hands.'),
      ...turn('m2', 'm1', 'assistant', 1709971202, 'You should hand over the oars on Monday.'),
      ...turn('m3', 'm2', 'user', 1709971203, 'Perhaps I like rowing.'),
    },
  },
])

const notes: Record<string, string> = {
  'Vault/.obsidian/app.json': '{}',
  'Vault/Daily/2024-03-09.md': 'I waited for the thaw.',
  'Vault/On waiting.md': '---\ndate: 2024-03-10 08:15\ntags: [work]\n---\nWaiting is work as well.',
  'Vault/Templates/daily.md': '## How was it?',
  'Vault/photo.png': 'PNG',
}

const table = 'Date,Mood,Note\n3/4/2024,good,"I asked Ines, and she answered."\n5/4/2024,low,The quarry again.\n6/4/2024,low,\n'
const text = '9 March 2024\nThe orchard was bare.\n\n10 March 2024\nI said so.\n'

const many = (n: number) =>
  'date,text\n' + Array.from({ length: n }, (_, i) => `${new Date(Date.UTC(2012, 0, 1 + i)).toISOString().slice(0, 10)},Day ${i} of the long survey.`).join('\n')

const file = (name: string, content: string | Uint8Array) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) })

const place = (page: Page) => page.getByRole('heading', { level: 1 })
const figure = (page: Page, name: string) => page.getByRole('term').filter({ hasText: name }).locator('xpath=..').getByRole('definition')

async function choose(page: Page, name: string, content: string | Uint8Array) {
  await go(page, 'Reflections')
  await page.getByRole('link', { name: 'Bring in your words' }).click()
  await page.getByLabel('Choose a file', { exact: true }).and(page.locator('input')).setInputFiles(file(name, content))
  await expect(place(page)).toHaveText(name)
}

async function takeIn(page: Page, n: number) {
  await page.getByRole('button', { name: `Bring in ${n} entr` }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Done.' })).toContainText(String(n))
}

test('a leader brings in words of every kind', async ({ page }) => {
  await begin(page)
  await go(page, 'Reflections')
  await page.getByRole('link', { name: 'Bring in your words' }).click()
  await page.getByText('ChatGPT', { exact: true }).click()
  await looks(page, 'import')

  await test.step('Day One', async () => {
    await choose(page, 'March.zip', zipSync({ 'Journal.json': strToU8(dayOne), 'photos/0a.jpeg': strToU8('JPEG') }))
    await expect(page.getByText('Read as Day One: 2 entries, from 9 March 2024 to 11 March 2024.')).toBeVisible()
    await expect(page.getByText('I let them finish. It took an hour!')).toBeVisible()
    await expect(page.getByText('America/New_York')).toBeVisible()
    await page.getByText('2 photos, recordings and attachments').click()
    await page.getByText('1 entry without a date').click()
    await expect(page.getByText('Journal.json, entry 3')).toBeVisible()
    await takeIn(page, 2)
  })

  await test.step('ChatGPT, and nothing that a model wrote', async () => {
    await choose(page, 'conversations.json', talks)
    await expect(page.getByText(/Read as ChatGPT conversations: 2 entries/)).toBeVisible()
    await expect(page.getByText('1 message that you did not write')).toBeVisible()
    await expect(page.getByText(/hand over the oars|Delegation/)).toHaveCount(0)
    await takeIn(page, 2)
  })

  await test.step('a folder of notes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vault-'))
    for (const [name, content] of Object.entries(notes)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    await go(page, 'Reflections')
    await page.getByRole('link', { name: 'Bring in your words' }).click()
    await page.getByLabel('Choose a folder of notes').setInputFiles(join(folder, 'Vault'))
    await expect(place(page)).toHaveText('Vault')
    await expect(page.getByText('Read as Markdown notes: 2 entries, from 9 March 2024 to 10 March 2024.')).toBeVisible()
    await expect(page.getByText('2 files of the folder are no notes and were not sent.')).toBeVisible()
    await expect(page.getByText('1 template')).toBeVisible()
    await expect(page.getByText('1 entry has a day but no time')).toBeVisible()
    await takeIn(page, 2)
    rmSync(folder, { recursive: true })
  })

  await test.step('text, cut at its days or not', async () => {
    await choose(page, 'orchard.txt', text)
    await expect(page.getByText(/Read as plain text: 2 entries, from 9 March 2024/)).toBeVisible()
    await page.getByLabel('Keep each text whole').check()
    await expect(page.getByText(/Read as plain text: 1 entry/)).toBeVisible()
    await page.getByLabel('Keep each text whole').uncheck()
    await expect(page.getByText(/Read as plain text: 2 entries/)).toBeVisible()
    await takeIn(page, 2)
  })

  await test.step('a table, read as she says', async () => {
    await choose(page, 'mood.csv', table)
    await expect(page.getByText('Read as a table: 2 entries, from 3 April 2024 to 5 April 2024.')).toBeVisible()
    await expect(page.getByText('would be another day')).toBeVisible()
    await page.getByLabel('Dates such as').selectOption('mdy')
    await expect(page.getByText('Read as a table: 2 entries, from 4 March 2024 to 4 May 2024.')).toBeVisible()
    await page.getByLabel('Where were you?').selectOption('Asia/Tokyo')
    await expect(page.getByText('Asia/Tokyo').nth(1)).toBeVisible()
    await page.getByLabel('Your words are in').selectOption('Mood')
    await expect(page.getByText('good', { exact: true })).toBeVisible()
    await page.getByLabel('Your words are in').selectOption('Note')
    await expect(page.getByText('I asked Ines, and she answered.')).toBeVisible()
    await looks(page, 'import-preview')
    await takeIn(page, 2)
    await looks(page, 'import-done')
  })

  await test.step('once more, and nothing is new', async () => {
    await choose(page, 'March again.json', dayOne)
    await expect(figure(page, 'here already')).toHaveText('2')
    await expect(page.getByRole('button', { name: /^Bring in/ })).toHaveCount(0)
    await expect(page.getByRole('status').filter({ hasText: 'Nothing new was in it.' })).toBeVisible()
  })

  await test.step('they are found among her reflections', async () => {
    await go(page, 'Reflections')
    await page.getByLabel('Kind').selectOption('brought in')
    await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(10)
    await page.getByRole('main').getByRole('link', { name: 'Search' }).click()
    await page.getByRole('searchbox').fill('the lantern')
    await page.getByRole('searchbox').press('Enter')
    const found = page.getByRole('main').getByText('The lantern went out and nobody moved.')
    await expect(async () => { // it is indexed behind what is said
      await page.reload()
      await expect(found).toBeVisible({ timeout: 2000 })
    }).toPass()
  })
})

test('a leader stops, goes on, and takes it back', async ({ page }) => {
  await begin(page)
  await choose(page, 'survey.csv', many(3000))
  await page.getByRole('button', { name: 'Bring in 3,000 entries' }).click()
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Stopped.' })).toBeVisible()
  const stored = Number((await figure(page, 'brought in by this').textContent())!.replace(',', ''))
  expect(stored).toBeGreaterThan(0)
  expect(stored).toBeLessThan(3000)

  await page.reload()
  await page.getByRole('button', { name: /^Go on with/ }).click()
  await expect(figure(page, 'brought in by this')).toHaveText('3,000')

  await choose(page, 'small.csv', 'date,text\n2011-05-01,The ferry was late.\n2011-05-02,I was not.\n')
  await takeIn(page, 2)
  await page.getByRole('button', { name: 'Take back' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
  await expect(page.getByRole('button', { name: 'Take back' })).toHaveCount(0)
  await choose(page, 'small again.csv', 'date,text\n2011-05-01,The ferry was late.\n2011-05-02,I was not.\n')
  await expect(figure(page, 'they stay forgotten')).toHaveText('2')
  await page.getByRole('button', { name: 'Remove from the list' }).click()
  await expect(page.getByRole('link', { name: 'small again.csv' })).toHaveCount(0)
})

test('what cannot be read says why', async ({ page }) => {
  await begin(page)
  await go(page, 'Reflections')
  await page.getByRole('link', { name: 'Bring in your words' }).click()
  for (const [content, said] of [['%PDF-1.7', 'PDF'], ['text,mood\nI waited.,good\nThey spoke.,low\n', 'No column of this table has dates'], ['', 'empty']]) {
    await page.getByLabel('Choose a file', { exact: true }).and(page.locator('input')).setInputFiles(file('x.csv', content!))
    await expect(page.getByRole('alert').filter({ hasText: said! })).toBeVisible()
  }
  await expect(page.getByRole('heading', { name: 'Looked at this week' })).toHaveCount(0)
  await looks(page, 'import-refused')
})
