import { begin, converse, expect, field, looks, replies, say, test } from './innerwork'

const written = 'I wrote this about the lighthouse while nothing answered.'

test('what she writes while the server is gone is sent when it is back, once', async ({ page, instance }) => {
  await begin(page)
  await converse(page)
  await say(page, 'I want to see what the lighthouse project asks of me.')
  await instance.kill()
  await expect(page.getByText('No connection just now. What you write is kept here and sent when it is back.')).toBeVisible()
  await field(page).fill(written)
  await field(page).press('Enter')
  const mine = page.getByRole('article').filter({ hasText: written, has: page.getByRole('heading', { name: /^You/ }) })
  await expect(mine).toContainText('kept here until sent')
  await looks(page, 'offline')

  await instance.start()
  await expect(replies(page)).toHaveCount(3)
  await expect(replies(page).nth(2).locator('.sentence').first()).toBeVisible()
  await expect(mine).toHaveCount(1)
  await expect(mine).not.toContainText('kept here until sent')
  await page.reload()
  await expect(replies(page)).toHaveCount(3)
  await expect(mine).toHaveCount(1)
})

test('a network that comes and goes loses nothing', async ({ page, context }) => {
  await begin(page)
  await converse(page)
  await context.setOffline(true)
  await expect(page.getByText('No connection just now.')).toBeVisible()
  await field(page).fill(written)
  await field(page).press('Enter')
  await expect(page.getByText('kept here until sent')).toBeVisible()
  await context.setOffline(false)
  await expect(page.getByText('kept here until sent')).toHaveCount(0)
  await expect(replies(page)).toHaveCount(2)
  await expect(page.getByRole('article').filter({ hasText: written, has: page.getByRole('heading', { name: /^You/ }) })).toHaveCount(1)
})
