import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

// What a model or anybody writes is text on this page, never markup; and the
// page works under a policy that allows no inline style or script.
const root = new URL('../', import.meta.url)
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((f) => /\.(svelte|ts)$/.test(f) && !f.endsWith('.test.ts'))

it('has source to look at', () => expect(files.length).toBeGreaterThan(20))

it.each(files)('%s makes no markup of text and has nothing inline', (file) => {
  const text = readFileSync(new URL(file, root), 'utf8')
  expect(text).not.toMatch(/@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment/)
  expect(text).not.toMatch(/\sstyle="|\sstyle=\{|javascript:|\beval\(|new Function/)
  expect(text).not.toMatch(/<img|<iframe|https?:\/\//)
})
