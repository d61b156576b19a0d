package guide

import "regexp"

// What she may ask of the coach that no coach of this kind gives: its word, its
// work, its company, its choice. Each is answered with what it can do instead.
var (
	asksWord = regexp.MustCompile(`(?i)(^|[.,;!?] )\W*(please |so |then |just |and |at least |can you |could you |you can )*(promise( me)?|swear|tell me (that )?(i|i'm|it|it's|it'll|this|everything|all|tomorrow|he|she|they|we|you)\b|say (that )?(i|it|this|you|well done|yes)\b|reassure me|praise me)|\bam i (allowed|permitted)\b|\b(would|will) you (not )?(say|agree|admit) that\b`)
	asksWork = regexp.MustCompile(`(?i)(^|[.;!?] )\W*(please |so |then |just |now |and |can you |could you |will you )*((write|draft|translate|sign|summari[sz]e|rewrite|proofread|rank|print|repeat) (me |the |it|my |an? |your |this |that |them|us )|put (it|them|this) (in|into) |pretend (to|you)|play (my|the|a)|answer as|act as|start your (answer|reply)|ignore (all|any|your|the|previous))|\bhelp me with the (wording|text|mail|email|letter|speech|slides?|words)\b`)
	asksTurn = regexp.MustCompile(`(?i)\byou decide\b|\b(give|name|list|show|tell) me (\w+ ){0,3}(options?|choices|alternatives|steps|techniques?|plan|reasons|exercises?)\b|\b(i (just |only )?(need|want)|give me|just say) an? (clear |simple |straight )?(yes|no|answer)\b|^\W*(so|and|then|well|ok|okay)?\W*(do|can|may|must|must not) i (really )?(sign|take|accept|quit|resign|stay|leave|go|fire|sell|buy|tell|call|write|send|ask|sack|hire|say)\b[^.!]*\?|\bone word\W*$`)
	asksTrue = regexp.MustCompile(`(?i)(^|[.,;!] )\W*(so|or|and|but|then|honestly|well)?\W*(am i|was i|is it|was it|is (he|she|this|that)|was (he|she|this|that)|are they|were they)\b[^.!]*\?\W*$|\b(he|she|they|it|this|that|i) (is|are|was|were|am)\b[^.!?]*, (right|no|isn't (he|she|it)|aren't they|am i not)\?\W*$`)
	weighs   = regexp.MustCompile(`(?i)\w\W+or\b`) // "is it my hurry or his?" is a question of her own
	leansOn  = regexp.MustCompile(`(?i)\byou('re| are) (the |my )?(only|best) (one|person|friend|coach|thing)\b|\byou (really |truly |alone |always )*(understand|know|get) me\b|\bdo(n't)? you (really )?(like|love|miss|hate|trust|remember)\b|\b(will|would) you (always )?(be here|be there|stay|remember|miss|leave)\b|\byou will (always )?be (here|there)\b|\byou (have )?(changed|saved) my life\b|\bwithout you\W*$|\b(talk|tell|trust)( \w+)? you (more )?(than|before|first)\b|\btalk to you more\b|\basking you first\b|\b(told|tell) you (everything|all|about my day)\b|\bfrom now on you('re| are)\b|\byou('re| are) (an? )?(human|better|wonderful|so kind)\b|\bhow long have you been\b|\b(what|when|where|who) (is|are|was|were) your\b|\bi ask and you answer\b|\byou first\b`)
)
