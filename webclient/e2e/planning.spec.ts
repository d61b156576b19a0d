import type { Page } from '@playwright/test'
import { begin, converse, expect, go, looks, password, say, test } from './innerwork'

const signs = 'What tells me that it is getting hard'
const people = 'People I can tell'
const worth = 'What I want to remember'

/** Fills what the page has for it, and saves. */
async function save(page: Page, parts: Record<string, string>) {
  for (const [label, text] of Object.entries(parts)) await page.getByLabel(label).fill(text)
  await page.getByRole('button', { name: 'Save my plan' }).click()
  await expect(page.getByRole('button', { name: 'Change it' })).toBeVisible()
}

const helpFrom = async (page: Page) => {
  await page.getByRole('banner').getByRole('button', { name: 'Help' }).click()
  return page.getByRole('dialog', { name: 'Help' })
}

test('a plan of her own is written in a calm hour and found in a hard one', async ({ page }) => {
  // All that is said in a conversation, both ways.
  const frames: string[] = []
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => frames.push(String(payload)))
    socket.on('framereceived', ({ payload }) => frames.push(String(payload)))
  })
  await begin(page)

  await test.step('without one, the help says where it would be', async () => {
    const dialog = await helpFrom(page)
    await expect(dialog).not.toContainText('Your own plan')
    await dialog.getByRole('link', { name: 'write a plan of your own' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(page.getByRole('heading', { name: 'My plan' })).toBeFocused()
  })

  await test.step('what is too long is named, and nothing of it is lost', async () => {
    await page.getByRole('button', { name: 'Write my plan' }).click()
    await expect(page.getByRole('button', { name: 'Save my plan' })).toBeDisabled()
    await page.getByLabel(worth).fill('w'.repeat(1001))
    await expect(page.getByText(`Too long to be saved: ${worth}`)).toBeVisible()
    await expect(page.getByRole('button', { name: 'Save my plan' })).toBeDisabled()
    await expect(page.getByLabel(worth)).toHaveValue('w'.repeat(1001))
    await page.getByLabel(worth).fill('The lake in May, with the children.')
    await page.getByLabel(signs).fill('I wake at four and stop answering.\nI count what I did wrong.')
    await looks(page, 'plan-writing')
  })

  await test.step('what is not saved is still there after she looked elsewhere', async () => {
    await go(page, 'Commitments')
    await go(page, 'My plan')
    await expect(page.getByLabel(signs)).toHaveValue('I wake at four and stop answering.\nI count what I did wrong.')
  })

  await test.step('and after a reload, if she keeps unsent words in this browser', async () => {
    await go(page, 'Account')
    await page.getByLabel('Keep unsent words in this browser').check()
    await go(page, 'My plan')
    await page.reload()
    await expect(page.getByLabel(worth)).toHaveValue('The lake in May, with the children.')
    await save(page, { [people]: 'Ines next door, 555 0101\nBo: bo@example.org', 'What I can do by myself': 'Tea at the window, then shoes on and out.' })
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('lake in May')
  })

  await test.step('saved, it is whole after a reload, and empty parts do not show', async () => {
    await page.reload()
    const main = page.getByRole('main')
    await expect(main.getByRole('heading', { name: signs })).toBeVisible()
    await expect(main).toContainText('I count what I did wrong.')
    await expect(main.getByRole('link', { name: '555 0101' })).toHaveAttribute('href', 'tel:5550101')
    await expect(main.getByRole('link', { name: 'bo@example.org' })).toHaveAttribute('href', 'mailto:bo@example.org')
    await expect(main.getByRole('heading', { name: 'Professionals and lines' })).toHaveCount(0)
    await looks(page, 'plan')
  })

  await converse(page)
  await test.step('in a conversation the help has it first', async () => {
    const dialog = await helpFrom(page)
    await expect(dialog.getByRole('heading').nth(1)).toHaveText('Your own plan')
    await expect(dialog).toContainText('Ines next door')
    await expect(dialog).toContainText('The lake in May, with the children.')
    await expect(dialog).toContainText('112 in the European Union')
    await looks(page, 'plan-help')
    await dialog.getByRole('button', { name: 'Numbers to call' }).click()
    await expect(dialog.getByText('112 in the European Union')).toBeInViewport()
    await dialog.getByRole('button', { name: 'Close' }).click()
  })

  await test.step('a reply with help has it beside it, and does not hold its words', async () => {
    const help = await say(page, 'I do not want to be alive any more. I want to kill myself.')
    await expect(help.locator('.sentence.help').first()).toBeVisible()
    await help.getByText('Your own plan').click()
    await expect(help).toContainText('Ines next door')
    await expect(help).toContainText('I wake at four and stop answering.')
    await looks(page, 'plan-reply')
    expect(frames.length).toBeGreaterThan(3)
    expect(frames.filter((frame) => /Ines|wake at four/.test(frame))).toEqual([])
  })

  await test.step('she goes on', async () => {
    await page.getByRole('button', { name: 'Go on', exact: true }).click()
    await expect(page.getByText('You chose to go on.')).toBeVisible()
    const reply = await say(page, 'I would like to look at how I speak to the board.')
    await expect(reply.locator('.sentence.question')).toBeVisible()
    await expect(reply.getByText('Your own plan')).toHaveCount(0)
  })

  await test.step('off the record it is under help all the same', async () => {
    await page.goto('/#/off-record')
    await page.getByRole('button', { name: 'Begin off the record' }).click()
    await expect(page.getByRole('heading', { name: /^Off the record/ })).toBeVisible()
    const dialog = await helpFrom(page)
    await expect(dialog).toContainText('Ines next door')
    await dialog.getByRole('button', { name: 'Close' }).click()
  })

  await test.step('it is forgotten in one act', async () => {
    await go(page, 'My plan')
    await page.getByRole('button', { name: 'Forget my plan' }).click()
    await page.getByRole('dialog', { name: 'Forget your plan?' }).getByRole('button', { name: 'Forget my plan' }).click()
    await expect(page.getByText('There is no plan of yours yet.')).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Forgotten' })).toBeVisible()
    await looks(page, 'plan-forgotten')
    await page.reload()
    await expect(page.getByText('There is no plan of yours yet.')).toBeVisible()
    await expect(page.getByRole('main')).not.toContainText('Ines')
  })
})

test('two windows never overwrite each other’s plan', async ({ page, context }) => {
  await begin(page)
  await go(page, 'My plan')
  await page.getByRole('button', { name: 'Write my plan' }).click()
  await save(page, { [people]: 'Ines next door' })

  const second = await context.newPage()
  await second.goto('/#/plan')
  await second.getByRole('button', { name: 'Change it' }).click()
  await page.getByRole('button', { name: 'Change it' }).click()
  await save(page, { [people]: 'Ines next door, 555 0101' })

  await second.getByLabel(people).fill('Bo upstairs')
  await second.getByRole('button', { name: 'Save my plan' }).click()
  await expect(second.getByText('changed in another window since you opened it here')).toBeVisible()
  await expect(second.getByRole('region', { name: 'As another window saved it' })).toContainText('555 0101')
  await expect(second.getByLabel(people)).toHaveValue('Bo upstairs')
  await looks(second, 'plan-conflict')
  await second.getByRole('button', { name: 'Save mine in its place' }).click()
  await expect(second.getByRole('button', { name: 'Change it' })).toBeVisible()
  await expect(second.getByRole('main')).toContainText('Bo upstairs')

  await test.step('what is forgotten in one does not come back by the other', async () => {
    await second.getByRole('button', { name: 'Change it' }).click()
    await second.getByLabel(worth).fill('The lake')
    await page.reload()
    await page.getByRole('button', { name: 'Forget my plan' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Forget my plan' }).click()
    await expect(page.getByText('There is no plan of yours yet.')).toBeVisible()
    await second.getByRole('button', { name: 'Save my plan' }).click()
    await expect(second.getByText('It was forgotten in another window.')).toBeVisible()
    await expect(second.getByLabel(worth)).toHaveValue('The lake')
    await second.getByRole('button', { name: 'Save my plan' }).click()
    await expect(second.getByRole('button', { name: 'Change it' })).toBeVisible()
  })
  await second.close()
})

test('the help waits for nothing: signed out, and when the plan does not come', async ({ page }) => {
  await begin(page)
  await go(page, 'My plan')
  await page.getByRole('button', { name: 'Write my plan' }).click()
  await save(page, { [people]: 'Ines next door' })

  await test.step('the server does not answer: what the page has stays', async () => {
    await page.route('**/api/plan', (route) => route.abort())
    const dialog = await helpFrom(page)
    await expect(dialog).toContainText('Ines next door')
    await dialog.getByRole('button', { name: 'Close' }).click()
  })

  await test.step('it never came: the help is there, and says so', async () => {
    await page.reload()
    const dialog = await helpFrom(page)
    await expect(dialog).toContainText('112 in the European Union')
    await expect(dialog).toContainText('it could not be fetched just now')
    await page.unroute('**/api/plan')
    await dialog.getByRole('button', { name: 'Try again' }).click()
    await expect(dialog).toContainText('Ines next door')
    await dialog.getByRole('button', { name: 'Close' }).click()
  })

  await test.step('signed out there is help and no plan', async () => {
    await go(page, 'Account')
    await page.getByRole('button', { name: 'Sign out' }).first().click()
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
    await page.getByRole('button', { name: 'Help' }).click()
    const dialog = page.getByRole('dialog', { name: 'Help' })
    await expect(dialog).toContainText('112 in the European Union')
    await expect(dialog).not.toContainText('Ines')
    await expect(dialog).not.toContainText('plan of your own; it')
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByLabel('Name').fill('Mara')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('heading', { name: 'Conversations' })).toBeVisible()
  })
})
