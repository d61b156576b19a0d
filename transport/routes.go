package transport

import "github.com/danielgtaylor/huma/v2"

// routes is every JSON route there is, with who may pass and the status of a
// success. The socket, the probes and the web pages are in server.go.
func (s *Server) routes(api huma.API) {
	route(s, api, anyone, "GET /api/state", 200, s.state)
	route(s, api, anyone, "POST /api/setup", 201, s.setup)
	route(s, api, anyone, "POST /api/sign-in", 200, s.signIn)
	route(s, api, anyone, "POST /api/sign-out", 204, s.signOut)
	route(s, api, anyone, "POST /api/recover", 200, s.recover)
	route(s, api, anyone, "POST /api/invitations/look", 200, s.lookAtInvitation)
	route(s, api, anyone, "POST /api/invitations/redeem", 201, s.redeemInvitation)

	route(s, api, signedIn, "GET /api/me", 200, s.showMe)
	route(s, api, signedIn, "PUT /api/me/zone", 204, s.setZone)
	route(s, api, signedIn, "PUT /api/me/password", 204, s.changePassword)
	route(s, api, signedIn, "POST /api/me/recovery-codes", 200, s.newRecoveryCodes)
	route(s, api, signedIn, "POST /api/me/consent", 204, s.giveConsent)
	route(s, api, signedIn, "GET /api/me/audit", 200, s.audit)
	route(s, api, signedIn, "POST /api/me/audit/told", 204, s.told)
	route(s, api, signedIn, "GET /api/me/sessions", 200, s.sessions)
	route(s, api, signedIn, "DELETE /api/me/sessions/{id}", 204, s.endSession)

	route(s, api, signedIn, "POST /api/me/erase", 204, s.erase)

	route(s, api, operator, "GET /api/operator/people", 200, s.listPeople)
	route(s, api, operator, "POST /api/operator/people/{id}/reset", 200, s.resetPerson)
	route(s, api, operator, "POST /api/operator/people/{id}/disable", 204, s.disablePerson)
	route(s, api, operator, "POST /api/operator/people/{id}/enable", 204, s.enablePerson)
	route(s, api, operator, "GET /api/operator/invitations", 200, s.leaderInvitations)
	route(s, api, operator, "POST /api/operator/invitations", 201, s.inviteLeader)
	route(s, api, operator, "DELETE /api/operator/invitations/{id}", 204, s.revokeInvitation)

	route(s, api, operator, "GET /api/restraint/card", 200, s.restraintCard)

	route(s, api, leader, "GET /api/practices", 200, s.practices)
	route(s, api, leader, "GET /api/conversations", 200, s.listConversations)
	route(s, api, leader, "POST /api/conversations", 201, s.beginConversation)
	route(s, api, leader, "POST /api/conversations/search", 200, s.searchConversations)
	route(s, api, leader, "GET /api/conversations/{id}", 200, s.showConversation)
	route(s, api, leader, "POST /api/conversations/{id}/stage", 200, s.setStage)
	route(s, api, leader, "POST /api/conversations/{id}/close", 200, s.closeConversation)
	route(s, api, leader, "POST /api/conversations/{id}/clarity", 200, s.setClarity)
	route(s, api, leader, "POST /api/conversations/{id}/resume", 200, s.resumeConversation)
	route(s, api, leader, "POST /api/conversations/{id}/help", 202, s.help)
	route(s, api, leader, "POST /api/replies/{id}/again", 202, s.again)
	route(s, api, leader, "GET /api/replies/{id}/given", 200, s.given)
	route(s, api, leader, "POST /api/replies/{id}/sources/{handle}/unfit", 204, s.setUnfit)

	route(s, api, leader, "GET /api/reflections", 200, s.listReflections)
	route(s, api, leader, "POST /api/reflections", 201, s.writeReflection)
	route(s, api, leader, "GET /api/reflections/{id}", 200, s.showReflection)
	route(s, api, leader, "POST /api/reflections/{id}/edit", 201, s.editReflection)
	route(s, api, leader, "GET /api/reflections/{id}/derived", 200, s.derived)
	route(s, api, leader, "DELETE /api/reflections/{id}", 200, s.forget)
	route(s, api, leader, "POST /api/reflections/{id}/apart", 204, s.setApart)
	route(s, api, leader, "POST /api/reflections/{id}/outdated", 204, s.setOutdated)
	route(s, api, leader, "POST /api/reflections/{id}/take-in", 204, s.takeIn)
	route(s, api, leader, "GET /api/learning", 200, s.showLearning)
	route(s, api, leader, "PUT /api/learning", 200, s.setLearning)
	route(s, api, leader, "POST /api/learning/take-in", 200, s.takeAllIn)
	route(s, api, leader, "POST /api/search", 200, s.searchReflections)

	route(s, api, leader, "GET /api/themes", 200, s.listThemes)
	route(s, api, leader, "PUT /api/themes/{id}", 200, s.keepTheme)
	route(s, api, leader, "DELETE /api/themes/{id}", 204, s.removeTheme)
	route(s, api, leader, "GET /api/themes/{id}/over-time", 200, s.ofTheme)
	route(s, api, leader, "GET /api/reflections/{id}/over-time", 200, s.alike)
	route(s, api, leader, "GET /api/clarity", 200, s.clarityMarks)
	route(s, api, leader, "GET /api/on-this-day", 200, s.onThisDay)

	route(s, api, leader, "GET /api/imports", 200, s.listImports)
	route(s, api, leader, "GET /api/imports/{id}", 200, s.showImport)
	route(s, api, leader, "POST /api/imports/{id}/zone", 200, s.setImportZone)
	route(s, api, leader, "POST /api/imports/{id}/store", 200, s.storeImport)
	route(s, api, leader, "POST /api/imports/{id}/take-back", 200, s.takeBackImport)
	route(s, api, leader, "DELETE /api/imports/{id}", 204, s.dropImport)
	describeUpload(api) // POST /api/imports is in server.go

	describeArchive(api) // GET and POST /api/archive are in server.go
	route(s, api, leader, "GET /api/archive/carried", 200, s.listCarried)

	route(s, api, leader, "GET /api/forgettings", 200, s.listReceipts)
	route(s, api, leader, "POST /api/forgettings", 200, s.forgetAll)
	route(s, api, leader, "POST /api/forgettings/derived", 200, s.derivedOf)
	route(s, api, leader, "POST /api/forgettings/rewrite", 202, s.wantRewrite)

	route(s, api, leader, "GET /api/proposals", 200, s.listProposals)
	route(s, api, leader, "POST /api/proposals/{id}/keep", 201, s.keepProposal)
	route(s, api, leader, "POST /api/proposals/{id}/decline", 204, s.declineProposal)
	route(s, api, leader, "GET /api/insights", 200, s.listInsights)
	route(s, api, leader, "POST /api/insights", 201, s.createInsight)
	route(s, api, leader, "POST /api/insights/search", 200, s.searchInsights)
	route(s, api, leader, "GET /api/insights/{id}", 200, s.showInsight)
	route(s, api, leader, "POST /api/insights/{id}/reword", 200, s.reword)
	route(s, api, leader, "POST /api/insights/{id}/retire", 200, s.retireInsight)
	route(s, api, leader, "POST /api/insights/{id}/restore", 200, s.restoreInsight)
	route(s, api, leader, "GET /api/commitments", 200, s.listCommitments)
	route(s, api, leader, "POST /api/commitments", 201, s.createCommitment)
	route(s, api, leader, "POST /api/commitments/{id}/outcome", 200, s.setOutcome)

	route(s, api, leader, "GET /api/conversations/{id}/summary", 200, s.summaryOf)
	route(s, api, leader, "GET /api/summaries", 200, s.listSummaries)
	route(s, api, leader, "POST /api/summaries/{id}/lines", 201, s.addLine)
	route(s, api, leader, "DELETE /api/lines/{id}", 204, s.removeLine)
	route(s, api, leader, "GET /api/lines/{id}/preview", 200, s.previewLine)
	route(s, api, leader, "POST /api/lines/{id}/release", 201, s.releaseLine)
	route(s, api, leader, "POST /api/releases/{id}/revoke", 200, s.revokeRelease)
	route(s, api, leader, "GET /api/readings", 200, s.listReadings)
	route(s, api, leader, "GET /api/marks", 200, s.listMarks)
	route(s, api, leader, "POST /api/marks/{id}/answer", 200, s.answerMark)

	route(s, api, leader, "GET /api/coaches", 200, s.listCoaches)
	route(s, api, leader, "POST /api/coaches/invitations", 201, s.inviteCoach)
	route(s, api, leader, "DELETE /api/coaches/invitations/{id}", 204, s.revokeInvitation)
	route(s, api, leader, "POST /api/coaches/{id}/confirm", 204, s.confirmCoach)
	route(s, api, leader, "POST /api/coaches/{id}/end", 204, s.endCoaching)

	route(s, api, deskside, "GET /api/desk", 200, s.desk)
	route(s, api, deskside, "GET /api/desk/{leader}", 200, s.deskOf)
	route(s, api, deskside, "POST /api/desk/{leader}/marks", 201, s.addMark)
}
