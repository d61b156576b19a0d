import { begin, converse, expect, go, looks, say, test } from './innerwork'

test('a way in is read before it is taken, or follows from what she says', async ({ page }) => {
  await begin(page)
  await page.getByRole('button', { name: 'Choose a practice first' }).click()
  await page.getByRole('radio', { name: 'Forgiveness' }).check()
  const about = page.getByRole('status').filter({ hasText: 'Never a duty' })
  await expect(about).toBeVisible()
  await about.getByText('How it works, and how it may show later').click()
  await expect(about.getByText('Over time:')).toBeVisible()
  await looks(page, 'choosing')

  await go(page, 'Reflections')
  await converse(page)
  await expect(page.getByRole('heading', { level: 1, name: 'Conversation' })).toBeVisible()
  await say(page, 'I polish every slide and one mistake keeps me awake.')
  await expect(page.getByRole('heading', { level: 1, name: 'Vulnerability and perfectionism' })).toBeVisible()
  const reply = await say(page, 'Which law says that a slide must be perfect?')
  await expect(reply).toContainText("I can't tell you that")
  await expect(reply).toContainText('Your human coach can')
})
