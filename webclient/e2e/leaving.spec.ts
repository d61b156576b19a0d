import { readFile } from 'node:fs/promises'
import { addLine, begin, close, converse, expect, go, looks, password, proposals, say, test } from './innerwork'

const said = 'I realise that I answer for my lighthouse team before they can.'
const kept = 'I want to hear what the quiet ones see.'

test('a leader takes everything with her and brings it back in another account', async ({ page, visitor }) => {
  await begin(page)
  await converse(page, 'Humanising leadership')
  await say(page, said)
  await say(page, kept)
  await close(page)
  await proposals(page).filter({ hasText: said }).getByRole('button', { name: 'Keep as it stands' }).click()
  await expect(proposals(page)).toHaveCount(1)
  await addLine(page, 'What I noticed', 0, said)

  await go(page, 'People')
  await page.getByRole('button', { name: 'Make an invitation link' }).click()
  const invitation = await page.getByLabel('Invitation link').inputValue()

  let archive = Buffer.alloc(0)
  await test.step('her browser keeps the archive', async () => {
    await go(page, 'Account')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Make the archive' }).click()
    const file = await download
    expect(file.suggestedFilename()).toMatch(/^innerwork-\d{4}-\d\d-\d\d\.zip$/)
    archive = await readFile(await file.path())
    expect(archive.subarray(0, 2).toString()).toBe('PK')
    await expect(page.getByText('Your browser has kept')).toBeVisible()
  })

  const bringing = visitor.getByRole('region', { name: 'Bring an archive back' })
  const choose = async (buffer: Buffer) => bringing.getByLabel('Archive').setInputFiles({ name: 'innerwork.zip', mimeType: 'application/zip', buffer })
  const row = (what: string) => bringing.getByRole('row').filter({ has: visitor.getByRole('rowheader', { name: what }) })

  await test.step('somebody else begins with an account of their own', async () => {
    await visitor.goto(invitation)
    await visitor.getByLabel('Name').fill('Mara elsewhere')
    await visitor.getByLabel('Password', { exact: true }).fill(password)
    await visitor.getByRole('button', { name: 'Accept and create my account' }).click()
    await visitor.getByLabel('I have kept them').check()
    await visitor.getByRole('button', { name: 'Go on' }).click()
    await visitor.getByRole('button', { name: 'I understand and agree' }).click()
    await go(visitor, 'Account')
  })

  await test.step('what is no archive, or not a whole one, is refused', async () => {
    await choose(Buffer.from('Dear diary'))
    await expect(bringing.getByRole('alert')).toContainText('This is no archive of Innerwork.')
    const changed = Buffer.from(archive)
    changed[Math.floor(changed.length / 3)]! ^= 1
    await choose(changed)
    await expect(bringing.getByRole('alert')).toContainText('This archive is not as it was written')
  })

  await test.step('she sees what is in it, and nothing is stored yet', async () => {
    await choose(archive)
    await expect(row('2 reflections').getByRole('cell')).toHaveText(['2', '0'])
    await expect(row('1 insight').getByRole('cell')).toHaveText(['1', '0'])
    await bringing.scrollIntoViewIfNeeded()
    await looks(visitor, 'archive')
    await go(visitor, 'Conversations')
    await expect(visitor.getByRole('main').getByRole('link', { name: /Humanising leadership/ })).toHaveCount(0)
    await go(visitor, 'Account')
  })

  await test.step('it comes back, the same', async () => {
    await choose(archive)
    await bringing.getByRole('button', { name: 'Bring it back' }).click()
    await expect(bringing.getByText('It is back.')).toBeVisible()
    await expect(row('1 summary line').getByRole('cell')).toHaveText(['1', '0'])
    await choose(archive)
    await expect(bringing.getByText('There is nothing to bring.')).toBeVisible()
    await expect(row('2 reflections').getByRole('cell')).toHaveText(['0', '2'])
    await go(visitor, 'Insights')
    await expect(visitor.getByRole('main').getByRole('article')).toContainText(said)
    await visitor.getByText('Where it comes from').click()
    await visitor.getByRole('link', { name: 'where it was said' }).click()
    await expect(visitor.getByRole('article').filter({ hasText: said, has: visitor.locator('mark') })).toBeVisible()
  })
})
