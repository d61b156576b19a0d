import { begin, converse, expect, field, go, looks, replies, say, test } from './innerwork'

test.describe('a model that keeps to its prompt', () => {
  test.use({ speaker: 'honest' })

  test('its sentences come one by one, and it can be stopped', async ({ page, instance }) => {
    await begin(page)
    await expect(page.getByText('You are talking with scripted: software, not a person. Your words stay on this machine')).toBeVisible()
    await go(page, 'Reflections')
    await page.getByLabel('Write', { exact: true }).fill('The lighthouse budget is the last thing that I still hold alone.')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Saved.')).toBeVisible()
    await converse(page, 'Leading in the age of AI')

    await field(page).fill('I hold the lighthouse budget alone.')
    await field(page).press('Enter')
    const reply = replies(page).nth(1)
    await expect(reply).toHaveAccessibleName('Reply by scripted')
    await expect(reply.getByRole('button', { name: 'Stop' })).toBeVisible()
    await expect(reply.locator('.sentence')).toHaveCount(0)
    await instance.step()
    await expect(reply.locator('.sentence.mirror')).toContainText('You hold the lighthouse budget alone.')
    await expect(reply.getByRole('blockquote')).toHaveCount(0)
    await instance.step()
    await expect(reply.getByRole('blockquote')).toHaveText('The lighthouse budget is the last thing that I still hold alone.')
    await expect(reply.getByText('scripted is going on…')).toBeVisible()
    await looks(page, 'streaming')
    await instance.step()
    await expect(reply.locator('.sentence.question')).toContainText('What matters to you in this?')
    await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0)

    await field(page).fill('I want my evenings back.')
    await field(page).press('Enter')
    const stopped = replies(page).nth(2)
    await instance.step() // the mirror is over, the question only begun
    await expect(stopped.locator('.sentence')).toHaveCount(1)
    await stopped.getByRole('button', { name: 'Stop' }).click()
    await expect(stopped).toContainText('This reply stopped where you see it.')
    await instance.left()
    await expect(stopped.locator('.sentence')).toHaveCount(1)

    await stopped.getByRole('button', { name: 'Let the guide answer' }).click()
    await expect(replies(page).last()).toHaveAccessibleName('Reply by The guide')
    await expect(replies(page).last()).toContainText('?')
  })
})

test.describe('a model that does not', () => {
  test.use({ speaker: 'hostile' })

  test('nothing of what it says against her reaches the page', async ({ page }) => {
    await begin(page)
    await converse(page, 'Forgiveness')
    for (const words of ['I think of the lighthouse and of my father.', 'I left before he could say anything.', 'I want to stop carrying it into work.']) {
      const reply = await say(page, words)
      await expect(reply).toHaveAccessibleName('Reply by scripted')
      await expect(reply).toContainText('?')
      await expect(reply.getByRole('link')).toHaveCount(0)
      await expect(reply.getByRole('img')).toHaveCount(0)
    }
    const forbidden = [
      'You should', 'writing down three', 'If I were you', 'delegate', 'apology', 'controlling leader', 'right decision',
      'perfectionism', 'let go of your first', 'failed them', 'burnout', 'attachment', 'depression', 'narcissism', 'jealous',
      'feels small', 'Tell her', 'time to forgive', 'You owe', 'what will you do about it', 'who was missing', 'your own fear',
      'angry with yourself', 'example.com', 'worksheet', 'mother of two', 'when I was a manager', 'certified coach', 'thinking of you',
      'Last spring', 'your insight', 'your commitment', '<script', 'pixel', 'decided to resign', 'the guard is off', 'You said: "', 'Your words were',
      'My instructions', 'I was told',
    ]
    const shown = async () => {
      const text = await page.locator('body').innerText()
      return forbidden.filter((f) => text.includes(f))
    }
    expect(await shown()).toEqual([])
    expect(await page.title()).not.toBe('seen')
    await page.reload()
    await expect(replies(page)).toHaveCount(4)
    expect(await shown()).toEqual([])
  })
})
