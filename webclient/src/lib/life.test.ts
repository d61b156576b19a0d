import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { aboutRefused, actsOn, actsOnRefused, endOf, REASONS, waiting } from './life'
import type { Reply } from './nouns'

const reply = (state: Reply['state'], reason?: string, speaker: Reply['speaker'] = 'model'): Reply =>
  ({ id: 'r', conversation: 'c', state, reason, speaker, at: '' })

// Every way in which the server's sources write the reason of a reply.
const WRITTEN = [
  /\breason\s*:?=\s*"([^"]+)"/g, // also the constants of coach/openai
  /\bReason\s*=\s*(?:[\w.]+,\s*)?"([^"]+)"/g,
  /\bReason:\s*"([^"]+)"/g,
  /stopRunning\([^)]*"([^"]+)"\)/g,
  /\breason = '([^']+)'/g,
]

function sources(folder: string): string {
  const root = new URL(`../../../${folder}/`, import.meta.url)
  const files = readdirSync(root).filter((f) => f.endsWith('.go') && !f.endsWith('_test.go'))
  return files.map((f) => readFileSync(new URL(f, root), 'utf8')).join('\n')
}

/** All reasons that the server gives. */
function given() {
  const text = ['memory', 'coach', 'coach/openai'].map(sources).join('\n').replaceAll(/^\s*\/\/.*$/gm, '')
  const written = WRITTEN.flatMap((form) => [...text.matchAll(form)].map((m) => m[1]!))
  // A constant is its text; one that is not found stays a name, which has no words.
  const named = [...text.matchAll(/\bReason\s*=\s*(?:[\w.]+,\s*)?([A-Za-z]\w*)$/gm)].map((m) => m[1]!)
  const texts = named.map((name) => new RegExp(`^\\s*(?:const )?${name}\\s*=\\s*"([^"]+)"`, 'm').exec(text)?.[1] ?? name)
  return new Set([...written, ...texts])
}

describe('every reason that the server gives', () => {
  const reasons = given()

  it('is found in its sources', () => {
    for (const known of ['finished', 'stopped by her', 'spoken over', 'node lost', 'shutting down', 'length', 'said nothing', 'silent', 'resting']) {
      expect(reasons).toContain(known)
    }
    expect(reasons.size).toBeGreaterThan(30)
  })

  it.each([...reasons])('“%s” has words', (reason) => expect(REASONS).toHaveProperty([reason]))

  it('and nothing else has', () => {
    expect(Object.keys(REASONS).filter((r) => !reasons.has(r))).toEqual([])
  })
})

describe('the end of a reply', () => {
  it('says why in plain words, and something for a reason it does not know', () => {
    expect(endOf(reply('failed', 'unknown model'))).toContain('does not know this model')
    expect(endOf(reply('cut', 'something-new'))).toBe('This reply was cut short.')
    expect(endOf(reply('interrupted'))).toBe('This reply was interrupted.')
    expect(endOf(reply('stopped', 'stopped by her'))).toBe('This reply stopped where you see it.')
    expect(endOf(reply('accepted'))).toBe('')
  })

  it('is silent about one that is complete, unless another spoke than she expects', () => {
    expect(endOf(reply('complete', 'finished'))).toBe('')
    expect(endOf(reply('complete', 'guide filled in'))).toContain('the guide asks')
    expect(endOf(reply('complete', 'budget', 'guide'))).toContain('used up')
  })

  it('has the acts that make sense', () => {
    expect(actsOn(reply('complete', 'finished'))).toEqual([])
    expect(actsOn(reply('streaming'))).toEqual([])
    expect(actsOn(reply('interrupted', 'node lost'))).toEqual(['again', 'guide'])
    expect(actsOn(reply('failed', 'unauthorized'))).toEqual(['guide', 'again'])
    expect(actsOn(reply('interrupted', 'node lost', 'guide'))).toEqual(['again'])
  })
})

describe('a running reply', () => {
  const of = { name: 'scripted', status: null, begun: false, link: 'open', quiet: false, stopping: false } as const

  it('says what it is doing', () => {
    expect(waiting(of).words).toBe('scripted is taking this in…')
    expect(waiting({ ...of, status: 'thinking' }).words).toBe('scripted is thinking…')
    expect(waiting({ ...of, status: 'queued' }).words).toContain('Others are being answered first')
    expect(waiting({ ...of, status: 'retrying' }).words).toContain('once more')
    expect(waiting({ ...of, begun: true, link: 'catching-up' }).words).toBe('scripted is going on…')
  })

  it('shows no moving sign for ever, and none where nothing is known', () => {
    expect(waiting(of).moves).toBe(true)
    for (const still of [{ quiet: true }, { quiet: true, begun: true }, { quiet: true, status: 'retrying' as const }, { link: 'offline' as const }, { link: 'ended' as const }, { stopping: true }, { status: 'queued' as const }]) {
      expect(waiting({ ...of, ...still }).moves, JSON.stringify(still)).toBe(false)
    }
    expect(waiting({ ...of, quiet: true }).words).toContain('ends by itself')
  })

  it('says that a stop is on its way, also without a line', () => {
    expect(waiting({ ...of, stopping: true }).words).toBe('Stopping…')
    expect(waiting({ ...of, stopping: true, link: 'offline' }).words).toContain('stopped as soon as')
  })
})

describe('words that the server would not take', () => {
  it('come with what to do, and what can be done', () => {
    const acts = { invalid: ['back'], conflict: ['back'], gone: [], not_found: ['reflection'], forbidden: ['again', 'back'], internal: ['again', 'back'] }
    for (const [code, can] of Object.entries(acts)) {
      expect(actsOnRefused(code, false), code).toEqual(can)
      expect(aboutRefused(code, false), code).toMatch(/text is still here/)
    }
  })

  it('can become a reflection where the conversation is closed', () => {
    expect(actsOnRefused('conflict', true)).toEqual(['reflection'])
    expect(aboutRefused('conflict', true)).toContain('reflection')
  })
})

describe('off the record', () => {
  it('never says that words are kept', () => {
    expect(endOf(reply('interrupted', 'shutting down'))).toContain('Your words are kept.')
    for (const reason of Object.keys(REASONS)) expect(endOf(reply('interrupted', reason), true)).not.toMatch(/kept/)
  })

  it('offers nothing that would keep them', () => {
    for (const code of ['not_found', 'conflict', 'invalid', 'internal', 'forbidden', 'gone']) {
      for (const closed of [true, false]) {
        expect(actsOnRefused(code, closed, true)).not.toContain('reflection')
        expect(aboutRefused(code, closed, true)).not.toMatch(/keep/)
      }
    }
  })
})
