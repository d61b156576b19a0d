// What every story has: an instance of the program of its own, and an eye on
// what the page does behind her back.

import AxeBuilder from '@axe-core/playwright'
import { test as base, type BrowserContext, expect, type Page, type WebSocketRoute } from '@playwright/test'

const control = process.env.INNERWORK_CONTROL
if (!control) throw new Error('INNERWORK_CONTROL is not set: go test -run TestBrowser ./cmd/innerwork runs these')

async function ask(method: string, path: string): Promise<{ id: string; url: string }> {
  const answer = await fetch(control + path, { method })
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
  return answer.json() as Promise<{ id: string; url: string }>
}

/** One running program. */
export class Instance {
  constructor(
    readonly id: string,
    readonly url: string,
  ) {}

  kill = () => ask('POST', `/instances/${this.id}/kill`)
  /** Asks it to end, and does not wait for that; gone does. */
  stop = () => ask('POST', `/instances/${this.id}/stop`)
  gone = () => ask('POST', `/instances/${this.id}/gone`)
  start = () => ask('POST', `/instances/${this.id}/start`)
  /** The honest model says one sentence more. */
  step = () => ask('POST', `/instances/${this.id}/step`)
  /** Fails unless the model was left in the middle of its reply. */
  left = () => ask('POST', `/instances/${this.id}/left`)
}

interface Options {
  speaker: 'guide' | 'honest' | 'hostile'
}

interface Fixtures {
  instance: Instance
  /** Somebody else, at a browser of their own. */
  visitor: Page
}

export const test = base.extend<Options & Fixtures>({
  speaker: ['guide', { option: true }],
  instance: async ({ speaker }, use) => {
    const { id, url } = await ask('POST', `/instances?speaker=${speaker}`)
    await use(new Instance(id, url))
    await ask('DELETE', `/instances/${id}`)
  },
  baseURL: async ({ instance }, use) => use(instance.url),
  context: async ({ context, instance }, use) => {
    const trouble = watch(context, instance)
    await use(context)
    expect(trouble).toEqual([])
  },
  visitor: async ({ browser, instance }, use) => {
    const context = await browser.newContext({ baseURL: instance.url })
    const trouble = watch(context, instance)
    await use(await context.newPage())
    expect(trouble).toEqual([])
    await context.close()
  },
})

/** Whatever leaves the origin, breaks in the page, or breaks the page's policy. */
function watch(context: BrowserContext, instance: Instance): string[] {
  const trouble: string[] = []
  const look = (page: Page) => {
    page.on('websocket', (socket) => {
      if (new URL(socket.url()).host !== new URL(instance.url).host) trouble.push(`socket to ${socket.url()}`)
    })
    page.on('pageerror', (error) => trouble.push(`thrown: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy/.test(message.text())) trouble.push(message.text())
    })
  }
  context.on('page', look)
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== instance.url) trouble.push(`request to ${request.url()}`)
  })
  return trouble
}

interface Frame {
  type: string
  seq?: number
  conversation?: string
  [field: string]: unknown
}

/** Stands on the line between a page and the real server, from the next line on. */
export class Between {
  /** What becomes of a frame from the page; null lets it fall. */
  up: (frame: Frame) => Frame | null = (frame) => frame
  /** A code to close every new line with. */
  refuse: number | null = null
  #page: WebSocketRoute | null = null
  #last: Frame = { type: '' }

  static async on(page: Page): Promise<Between> {
    const between = new Between()
    await page.routeWebSocket(/\/api\/socket$/, (page) => between.#join(page))
    return between
  }

  #join(page: WebSocketRoute) {
    this.#page = page
    if (this.refuse !== null) {
      void page.close({ code: this.refuse })
      return
    }
    const server = page.connectToServer()
    page.onMessage((text) => {
      const frame = this.up(JSON.parse(String(text)) as Frame)
      if (frame) server.send(JSON.stringify(frame))
    })
    server.onMessage((text) => {
      const frame = JSON.parse(String(text)) as Frame
      if (frame.type === 'event') this.#last = frame
      page.send(text)
    })
  }

  /** Says something to the page that the server did not. */
  say(frame: Frame) {
    this.#page!.send(JSON.stringify(frame))
  }

  /** Tells the page of an event that did not happen, as the next one of its conversation. */
  tell(kind: string, fields: object) {
    const { conversation, seq } = this.#last
    this.#last = { type: 'event', conversation, seq: seq! + 1, id: crypto.randomUUID(), kind, at: '2026-11-23T09:30:00Z', ...fields }
    this.say(this.#last)
  }

  get conversation() {
    return this.#last.conversation!
  }

  /** Answers what the page follows as if the server knew of what was told. */
  vouch = (frame: Frame) => {
    if (frame.type !== 'follow') return frame
    this.say({ type: 'caught-up', conversation: this.conversation, seq: this.#last.seq! })
    return null
  }

  cut = (code = 4000) => this.#page!.close({ code })
}

export const password = 'a bench under four old trees'

/** The first account, its codes and its consent. */
export async function begin(page: Page, name = 'Mara') {
  await page.goto('/')
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create the account' }).click()
  await page.getByLabel('I have kept them').check()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'I understand and agree' }).click()
  await expect(page.getByRole('heading', { name: 'Conversations' })).toBeVisible()
}

/** Chooses a place from the menu. */
export async function go(page: Page, name: string) {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name, exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
}

/** A new conversation, with the coach's opening in sight. */
export async function converse(page: Page, practice = 'Let it follow from what I say') {
  await go(page, 'Conversations')
  await page.getByRole('button', { name: 'Choose a practice first' }).click()
  await page.getByRole('radio', { name: practice }).check()
  await page.getByRole('button', { name: 'Begin', exact: true }).click()
  await expect(replies(page)).toHaveCount(1)
  await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0)
}

export const replies = (page: Page) => page.getByRole('article', { name: /^Reply by/ })
export const field = (page: Page) => page.getByLabel('What you want to say')

/** Says it, and waits for the whole reply. */
export async function say(page: Page, text: string) {
  const before = await replies(page).count()
  await field(page).fill(text)
  await field(page).press('Enter')
  const reply = replies(page).nth(before)
  await expect(reply.locator('.sentence').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0)
  await expect(page.getByText('kept here until sent')).toHaveCount(0)
  return reply
}

export const proposals = (page: Page) =>
  page.getByRole('article').filter({ has: page.getByRole('button', { name: 'Decline' }) })

/** Goes on until she is asked what she takes with her. */
export async function close(page: Page) {
  await page.getByRole('button', { name: 'Go on to exploring' }).click()
  await page.getByRole('button', { name: 'Come to a close' }).click()
  await expect(page.getByRole('heading', { name: 'What you take with you' })).toBeVisible()
}

/** A summary line of the nth thing that she said in the conversation, as it stands. */
export async function addLine(page: Page, heading: string, nth: number, said: string) {
  await page.getByRole('button', { name: `Add a line to ${heading}` }).click()
  await page.getByRole('button', { name: 'Choose your words' }).click()
  const dialog = page.getByRole('dialog', { name: 'Choose your words' })
  await dialog.getByRole('button', { name: 'Choose all of it' }).nth(nth).click()
  await expect(dialog.getByRole('status')).toHaveText(`Chosen: ${said}`)
  await dialog.getByRole('button', { name: 'Use these words' }).click()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await expect(page.getByRole('button', { name: 'Keep it' })).toHaveCount(0)
  await expect(page.getByRole('region', { name: 'My summary' }).getByRole('blockquote').filter({ hasText: said })).toBeVisible()
}

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } }

/**
 * The view as it is on a phone and on a desk, by day and by night: axe finds
 * nothing serious, and nothing has to be scrolled sideways. With
 * INNERWORK_SHOTS, a picture of each goes into that folder.
 */
export async function looks(page: Page, name: string) {
  const before = page.viewportSize()
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const seen = `${name} (${size}, ${colorScheme})`
      // Only the colours differ between day and night.
      const axe = new AxeBuilder({ page }).setLegacyMode()
      const { violations } = await (colorScheme === 'dark' ? axe.withRules('color-contrast') : axe).analyze()
      const grave = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
      expect(grave.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`), seen).toEqual([])
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect(over, `${seen} is too wide`).toBeLessThanOrEqual(0)
      if (process.env.INNERWORK_SHOTS) {
        await page.screenshot({ path: `${process.env.INNERWORK_SHOTS}/${name}-${size}-${colorScheme}.png` })
      }
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null })
  if (before) await page.setViewportSize(before)
}

export { expect }
