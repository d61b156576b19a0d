package guide

import (
	"regexp"
	"strings"
)

// The words by which the guide finds its way. They were chosen by hand for what
// they do in a sentence; none of them says anything about her.

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// common are words that carry no subject of their own.
var common = set(`a about above across actually after again against ago all almost alone along already also although always am an and
another any anybody anyone anything anyway are around as ask asked at away back be became because been before began begin being below
better between both but by call called came can can't cannot come comes could couldn't day days did didn't do does doesn't doing don't done
down during each either else enough even evening ever every everybody everyone everything felt feel feels feeling few find first for found from gave get gets
getting give given go goes going gone good got great had hadn't half happen happened happens hard has hasn't have haven't having he he'd he's
her here hers herself hi hello him himself his hour hours how how's i i'd i'll i'm i've if in into is isn't it it's its itself just keep keeps kept kind know
known knew last later least less let like little long look looked looking lot made make makes making many may maybe me mean means
might mine minute minutes moment month months more morning most much must my myself need never new next night no nobody none nor not nothing now
of off often ok okay on once one only onto or other others our ours out over own part people perhaps person place probably put quite
rather really right said same saw say saying says see seem seems seen several she she's should shouldn't since so some somebody
someone something sometimes somewhere soon sort still such sure take taken takes talk tell telling than thank thanks that that's the their them
themselves then there there's these they they're thing things think thinking this those though thought through time times to today told tomorrow
too took toward tried true try trying two under until up upon us use used very wait want wanted wants was wasn't way we we're we've week weeks
well went were weren't what what's when where whether which while who whole whom whose why will with within without won't work
working would wouldn't year years yes yesterday yet you you're your yours im ive dont cant didnt doesnt isnt wasnt wont couldnt thats its
yeah gonna wanna gotta kinda absolutely definitely basically literally obviously totally lots stuff guys um uh mm hmm okay ok everybody's nobody's`)

var (
	negations = set(`not no never nobody nothing none neither nor hardly barely scarcely without cannot can't don't doesn't didn't won't wouldn't
couldn't shouldn't isn't aren't wasn't weren't haven't hasn't hadn't ain't mustn't needn't dont doesnt didnt wont wouldnt couldnt shouldnt isnt
arent wasnt werent havent hasnt hadnt aint cant nah`)
	hedges = set(`maybe perhaps probably possibly apparently supposedly sometimes almost nearly somewhat kinda sorta might may could seem seems
seemed guess suppose suspect doubt wonder think thought believe believed imagine assume hope wish fear afraid unsure pretend allegedly as-if`)
	// holders keep what follows from standing alone: conditions, times,
	// reasons and what somebody says.
	holders = set(`if unless whether when whenever while until till before after since because although though as once where that which who whom
whose what how why than like say says said saying tell tells told telling ask asks asked claim claims claimed write wrote writes heard hear
saying telling asking thinking thinks thought think feeling feels felt feel remember remembered remembering know knew known knowing realise
realised realising realize realized believe believed believing wonder wondered wondering hope hoped hoping wish wished wishing guess guessed
decide decided promise promised swear swore pretend pretended admit admitted mean meant means agree agreed fear feared worry worried convinced sure
read dream dreamed dreamt joke joked lie lied lest provided supposing suppose imagine only except instead`)
	conditions = set(`if unless whether supposing suppose imagine provided lest`)
	joins      = set(`and but so then yet`)
	subjects   = set(`i i'm i've i'd i'll im ive we we're we've it it's he he's she she's they they're there there's this that that's my nobody everybody everyone everything
nothing something someone what's part`)
	firstPerson = set(`i i'm i've i'd i'll im ive`)
)

var (
	weighty = set(`feel felt feeling want wanted wish wished hope realise realize realised realized notice noticed need needed miss missed care love
loved hate afraid scared ashamed proud tired alone never always still can't cannot keep keeps kept matter matters hurt lost lose wonder wondered
trust dread suddenly enough honestly envy relieved jealous stuck torn avoid avoided`)

	absolute = set(`nobody never nothing always everybody everything only no-one`)

	// attributing verbs make plain whose view it is: "you think you failed".
	attributing = set(`think thought feel felt believe believed wonder wondered guess suppose fear feared worry worried hope hoped wish wished tell told say
said imagine imagined hate find found doubt remember`)

	helping = set(`do did don't didn't dont didnt`)

	// verdicts are hers to say, not the coach's: such a clause is echoed in
	// quotation marks, never said to her.
	verdicts = set(`failed fail failing fails ruined ruin lied lie cheated cheat messed screwed betrayed betray hurt abandoned abandon deserve deserved
deserves broke suck sucked blew stole hate hated useless worthless stupid pathetic idiot fool fraud imposter impostor weak coward
hopeless terrible awful failure loser selfish incompetent liar disappointment burden wrong guilty fault blame killed kill neglected
neglecting ruining lying cheating hurting betraying abandoning deserving hating killing blaming
down`)  // "I let them down"

	// orders would sound like advice, permission or a forecast when said to her.
	orders = set(`should shouldn't must mustn't could couldn't can can't cannot cant couldnt shouldnt may might need needn't ought will won't wont would wouldn't
wouldnt i'll i'd shall gotta better have has've dare`)

	// states may follow "you are" without being a verdict on her.
	states = set(`not sure unsure tired exhausted afraid scared worried sad angry glad happy proud torn stuck relieved ready curious nervous
frustrated confused ashamed lonely alone trying going doing looking thinking sitting sleeping waiting working wondering asking talking walking getting
holding carrying hoping dreading feeling losing avoiding starting living running the in at on here back about still leaving`)

	openers = set(`everything nothing what's i i'm i've im ive my when because since although though it it's that this there nobody maybe perhaps sometimes somehow honestly but
what whatever part something not today yesterday now every all after before last suddenly as once until in on at for with`)

	tender = set(`he he's she she's they they're his her their him them`)
)

var verbs = set(`am is are was were i'm i've im it's that's there's do does did don't doesn't didn't dont have has had can can't could will won't would feel felt know knew want wanted
think thought said told went came got made took gave saw heard left kept lost found let sat stood ran wrote read sold built held meant need miss
love hate wish hope keep tell ask lie wake sleep work lead hire write see hear get take give go come make say stay leave carry hold cry try
wonder guess seem seems keeps makes feels gets hurts helps means sits stays comes goes takes tastes wasn't isn't weren't aren't
sign drive watch open close walk drink eat call look fix start stop talk speak listen notice care fear dread avoid trust remember forget
knows happens fell broke cried spent paid lied put cut set shut hit began spoke froze chose grew brought bought caught taught fought slept woke`)

var (
	fillers    = set(`um umm uh uhm er erm hm hmm mm mhm mmm`)
	unfinished = set(`the a an and or but so because my your his her their our i i'm`)
	// hanging clauses need another to stand on.
	hanging = set(`when because since although though as once until if while`)
)

var functionWords = set(`i i'm im my me the a an and to of in it is was that this for on with not but at have had be he she they we so you as are
what do don't just no know think feel about from if when or all there more can't`)

var age = regexp.MustCompile(`^([0-9]+|(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(-\w+)?|\w+teen|twelve)$`)

func isAge(low string) bool { return age.MatchString(low) }

var intensive = set(`so very pretty quite a-bit rather more most too less`)
