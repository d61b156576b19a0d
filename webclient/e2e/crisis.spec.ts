import { begin, converse, expect, field, looks, replies, say, test } from './innerwork'

test('a sign of danger gets help, and coaching rests until she goes on', async ({ page }) => {
  await begin(page)
  await converse(page)
  await say(page, 'I want to talk about the lighthouse project.')

  const help = await say(page, 'I want to kill myself tonight.')
  await expect(help).toHaveAccessibleName('Reply by Innerwork')
  await expect(help.locator('.sentence.help').first()).toContainText('I am software and I cannot keep you safe')
  await expect(help.locator('.sentence.question')).toHaveCount(0)
  await expect(page.getByText('Coaching rests until you want to go on.')).toBeVisible()
  await looks(page, 'crisis')

  await test.step('a reload changes nothing', async () => {
    await page.reload()
    await expect(page.getByText('Coaching rests until you want to go on.')).toBeVisible()
  })

  await test.step('she can write meanwhile, and no question comes', async () => {
    // The opening's and the first reply's, once the reload has brought them back.
    const questions = replies(page).locator('.sentence.question')
    await expect(questions).toHaveCount(2)
    await field(page).fill('I called my sister. She is on her way.')
    await field(page).press('Enter')
    await expect(page.getByRole('article').filter({ hasText: 'I called my sister' })).toBeVisible()
    await expect(page.getByText('kept here until sent')).toHaveCount(0)
    await expect(questions).toHaveCount(2)
  })

  await test.step('she goes on', async () => {
    await page.getByRole('button', { name: 'Go on', exact: true }).click()
    await expect(page.getByText('You chose to go on.')).toBeVisible()
    const reply = await say(page, 'I would like to look at the lighthouse project again.')
    await expect(reply.locator('.sentence.question')).toBeVisible()
  })

  await test.step('the help button is always there', async () => {
    await page.getByRole('banner').getByRole('button', { name: 'Help' }).click()
    const dialog = page.getByRole('dialog', { name: 'Help' })
    await expect(dialog).toContainText('112 in the European Union')
    await looks(page, 'help')
    await dialog.getByRole('button', { name: 'Rest the coaching here' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(page.getByText('Coaching rests until you want to go on.')).toBeVisible()
  })
})
