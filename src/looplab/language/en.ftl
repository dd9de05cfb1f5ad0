### What the machine says to a reader, in English: every language has a file like this one.
### A message may use the values ($name) that it has here, all of them; what each of them is follows
### from the sentence. Marks such as <b> stand where the text becomes HTML.

## The language itself: its BCP 47 tag, the direction of its lines ("ltr" or "rtl"), the mark before
## decimals, and the mark between groups of three digits of numbers of five digits or more.

tag = en
direction = ltr
decimal-mark = .
group-mark = { "" }

## Words that stand in several places

play = Play
pause = Pause
stop = Stop
reset = Reset
step-back = Step back
step-forward = Step forward
back-to-start = Back to the start
nothing = nothing
your-number = Your number
in-this-model = In this model
table = Table
printed-table = Printed table
place-of-count = { $place } of { $count }
short-minutes = { $minutes } min
minutes = { $minutes } minutes
mark-meaning = commonly cited, not re-checked
undated = undated

## A figure

figure-covered = Covered until you predict.
figure-show = Show me
figure-computing = A first, coarse answer; computing the full one
figure-computing-name = { $title }: computing
figure-settings = Settings to try
figure-settings-menu = Settings to try …
figure-settings-name = { $title }: settings to try
figure-data = Data as a table
figure-data-name = { $title }: data
figure-numbers = The numbers behind it: { $summary }
figure-numbers-name = { $title }: the numbers behind it
figure-number = number
figure-value = value
figure-status = status
figure-source = source
figure-symbols = Tab reaches the symbols and the arrow keys go through them; Enter opens the study.
figure-kept-settings = { $problem } The figure shows the last settings that worked.
figure-not-finite = { $model } gave a value that is not a finite number.
figure-rule-changed = Changed from the published rule
figure-rule-missed = Shows the published rule: this does not follow your change
figure-rule-both = Changed from the published rule. Shows the published rule: this does not follow your change
figure-not-started = This figure could not start; its still picture is shown.
figure-needs-kernel = This part is still here: its controls work in the notebook itself.
own-number-help = A whole number of at most nine digits. It settles your data, and nothing else.
# How it is known where a number comes from.
status =
    { $status ->
        [measured] measured
        [published] published
        [code] code
        [assumed] assumed
       *[hypothesis] hypothesis
    }

## A curve as sound

sound = Hear the curve
sound-how = Curves can be heard: higher in the drawing sounds higher. Key L in the figure plays and stops.
sound-curve = curve
sound-speed = speed
sound-pace =
    { $pace ->
        [slow] slow
        [fast] fast
       *[normal] normal
    }
sound-play-name = Play: { $title }
sound-stop-name = Stop: { $title }
sound-one = The curve.
sound-prediction = Left your prediction, then right what the figure shows.
sound-before = Left the curve before your last change, then right the curve now.

## A question

question-predict = Predict
question-check = Check
question-open = not answered yet
question-revealed = you committed, then looked
question-skipped = shown without a prediction
question-looked-first = looked first
question-commit = Commit to this prediction
question-check-answer = Check my answer
question-show = Show me instead
question-again = Start again
question-after-all = Predict after all
question-onward = Now move the sliders
question-no-answer = { $problem } There is no answer while the equations are so: take the change back.
question-show-mine = Show my answer
question-shows-mine = The figure shows your answer.
question-show-model = Show what the model does
question-shows-model = The figure shows what the model does.
question-idea = An idea that often stands behind this answer: <q>{ $idea }</q>
question-see = What to see
question-see-later = What to see, once you have made your prediction
notes-not-lasting = This page may keep nothing: your notes last until it is closed. Copy or save them before.

## What is said to an answer. $where is "In this model" or what the lesson says, within a sentence with
## a small letter.

answer-right = Right.
answer-also-right = Also right.
answer-not-yet = Not yet.
answer-right-value = Right: { $value }.
answer-also-right-value = Also right: { $value }.
answer-choose = Choose an answer first.
answer-is = { $where }: { $answer }
answer-none-fits = { $where }, none of these answers fits.
answer-so-it-is = So it is { $where }.
answer-it-is = { $where } it is { $value }.
answer-points = { $number } percentage points
answer-close = Close: { $gap } apart.
answer-off =
    { $way ->
        [high] That is { $gap } too high.
       *[low] That is { $gap } too low.
    }
answer-expected = You expected about { $value }; { $where } it is { $truth }. { $verdict }
answer-you = you
answer-truth =
    { $kind ->
        [answer] answer
       *[model] model
    }
answer-prediction = Your prediction
answer-prediction-drawn = your prediction
answer-not-set = not set yet
answer-move-slider = Move the slider first.
answer-up = Up
answer-up-name = Up { $item }
answer-down = Down
answer-down-name = Down { $item }
answer-ranked = { $item }: now { $place } of { $count }.
answer-move-item = Move an item first (and back, if this is your order).
answer-ranking = { $where }, from most to least: { $items }.
answer-draw-how = Draw on the axes below, or set the points here, one by one, with the arrow keys.
answer-draw = Draw your curve first, or set its points.
answer-point = { $value } at { $x }
answer-end = At the end ({ $axis } { $x }) it is { $value } { $where }.
answer-expected-end = You expected about { $value } at the end; { $where } it is { $truth }. { $verdict } On average your curve is { $apart } away from the model's.
answer-yours = Your answer
answer-write = Write a number first, such as { $example }.
answer-sign = The size is right; look at the sign.

## A task on data of the reader's own

task = Own task
task-head = Your own task
task-no-number = No number yet: the figure shows an example that is nobody's. Write your number into “Your number” beside the figure.
task-shows = The figure shows the data of number { $number }.
task-between = a number between { $low } and { $high }
task-write = Write { $wanted }, in digits.
task-expected = Expected is { $wanted }: look at the sign, the unit and the place of the point.
task-read = Read as { $value }.
task-keep = Keep my answers
task-form = One answer does not have the form asked for; what is expected stands beside it.
task-answer-one = Answer at least one question first.
task-kept = kept
task-kept-for = Kept for number { $number }.
task-kept-all = Kept for number { $number }. Whether they are right is said when answers are collected: this page does not know.
task-kept-some = Kept for number { $number }; { $left } of { $count } still open. Whether they are right is said when answers are collected: this page does not know.
task-kept-other = These answers were kept for number { $number }, and the number is { $now } now: its data differ. Answer again, or write { $number } again.
task-none = none

## Hints, notes, and what is handed in

hints = Hints
hints-of = Hints: { $question }
hints-at-end = Hints and the worked solution of “{ $question }” stand at the end.
hint = Hint { $place } of { $count }
hint-solution = Worked solution
notes = My notes
notes-own = My own notes
notes-text = My notes as text
notes-as-text = As text, to copy
notes-here = Your answers are listed here in the live page.
notes-said = I said: { $words }
notes-kept = Kept in this browser on this device, and sent nowhere.
notes-save = Save as a file
notes-no-file = If no file appears, this page may not save any: copy the text below.
notes-clear = Clear everything
notes-sure = Clear every answer and note of this notebook?
notes-yes = Yes, clear
notes-no = No, keep
notes-cleared = All cleared.
hand-in = Hand in your answers
hand-in-only = Only if you want to, and only what you answered: your own notes stay here. The file goes where you send it.
hand-in-none = none
hand-in-digits = { $number }: a number here has at most nine digits, and nothing else.
hand-in-save = Save your answers as a file
hand-in-number-first = Write your number first: without it nobody can tell whose answers these are.
hand-in-no-file = If no file appears, this page may not save any: copy the code below.
hand-in-code = My answers as a code
hand-in-code-waits = Write your number above, and the code stands here.
hand-in-copy = Or copy them as a code
hand-in-letters = All letters, in one piece. A letter copied wrong is noticed; numbers keep six digits.

## An exercise

exercise = Exercise
exercise-check = Check
exercise-value = value
exercise-rule-first = Write your rule first, with the names { $names }.
exercise-value-first = Write your value first, as a number or as arithmetic: -0.5 / 2.
exercise-not-understood = Not understood: { $problem }
exercise-right = Right. { $feedback }
exercise-also-right = Also right. { $feedback }
exercise-not-yet = Not yet. { $feedback }
exercise-not-finite = Some of it is not a finite number: look for a division by zero or a missing value.
exercise-sign = The size is right; look at the sign.
exercise-power = It is off by a power of ten: look at the units (a share, or per cent?).
exercise-sign-first = Look at the sign first.
exercise-size =
    { $way ->
        [large] The sign is right; the size is too large.
       *[small] The sign is right; the size is too small.
    }
exercise-factor = Every entry is off by the same factor.
exercise-amount = Every entry is off by the same amount.
exercise-entries = { $right } of { $count } entries are right.
exercise-rule-fails = Your rule could not be computed: { $problem }
exercise-open = Not answered yet: put your value in place of the dots.
exercise-function = This is a function: call it, and give what it returns.
exercise-type = This is of type { $type }: { $wanted } is wanted.
exercise-shape = The shape is { $shape }: { $wanted } is wanted.
exercise-single = that of a single number
exercise-array = an array of shape { $shape }
exercise-number = a number

## Equations that a reader may rewrite

equations-edit = Edit the equations
equations-done = Done
equations-undo = Undo
equations-undone = Undone.
equations-restore = Back to the published rule
equations-restored = The published rule is back.
equations-changed = { $name } is changed.
equations-enter = Press Enter in the field to let the figures follow.
equations-not-understood = Not understood: { $problem } The figures keep the last rule that worked.
equations-not-understood-at = Not understood (letter { $place }): { $problem } The figures keep the last rule that worked.
equations-rate = rate of { $name } =
equations-next = next { $name } =
equations-badge = Changed from the published rule. { $follow }
equations-follow =
    { $count ->
        [0] No figure on this page follows your rule.
        [1] One figure on this page follows your rule.
        [2] Two figures on this page follow your rule.
        [3] Three figures on this page follow your rule.
        [4] Four figures on this page follow your rule.
        [one] { $count } figure on this page follows your rule.
       *[other] { $count } figures on this page follow your rule.
    }
equations-note = Changed rule
equations-published = Published: { $rule }
equations-none-of-name = this page has no equation for { $name }.
equations-link-refused = The link's change of { $name } was not used: { $problem }
equations-if = if
equations-otherwise = otherwise
equations-and = and
equations-or = or
equations-not = not
grammar-letters = { $most } letters are the most; this has { $count }.
grammar-letter = { $letter } is not understood. Allowed are names, numbers, + - * / **, comparisons, brackets and commas.
grammar-expected = Expected { $sign }, found { $found }.
grammar-end = the end
grammar-no-number = A comparison is no number: write where(comparison, a, b).
grammar-depth = Brackets within brackets { $most } deep are the most.
grammar-between = { $word } stands between comparisons only.
grammar-before = `not` stands before a comparison only.
grammar-two = Compare two things at a time: a < b and b < c.
grammar-missing = Something is missing at the end.
grammar-large = { $number } is too large.
grammar-name-or-number = Expected a name or a number, found { $found }.
grammar-function-near = { $name } is no function. Nearest: { $near }.
grammar-function = { $name } is no function. There are: { $known }.
grammar-takes =
    { $count ->
        [one] { $name } takes { $count } thing, not { $given }.
       *[other] { $name } takes { $count } things, not { $given }.
    }
grammar-place = { $name } is out of place.
grammar-later = { $name } is computed only after this line.
grammar-name-near = { $name } is no name of this model. Nearest: { $near }.
grammar-name = { $name } is no name of this model. Known here: { $known }.
grammar-no-names = no name
grammar-entries = { $name } has { $count } entries: write { $first } to { $last }.
grammar-single = { $name } is a single number and has no entries.
grammar-entry = An entry of { $name } is a whole number from 0 to { $last }.
grammar-right-only = Write what stands on the right of `=` only.
grammar-unexpected = Did not expect { $found }.
legend = What the letters mean
legend-symbol = symbol
legend-meaning = what it is
legend-value = value now
legend-unit = unit

## Numbers from outside

agreement-number = number
agreement-reference = reference
agreement-python = in Python
agreement-browser = in this browser
agreement-agrees = agrees
agreement-source = source
agreement-yes = yes
agreement-no = no
agreement-known =
    { $mark ->
        [verified] read in the source
        [abstract] read in its abstract
        [derived] worked out from what the source says
       *[simulated] simulated by other code, from what the source says
    }
agreement-count = { $right } of { $count } reference numbers agree.
agreement-check = Check this page
agreement-checked = Numbers checked
agreement-not-checked = Not checked in this browser yet.
agreement-no-number = no number
agreement-verdict =
    { $agrees ->
        [yes] ✓ agrees
       *[no] ✗ differs
    }
agreement-your-rule = (your rule)
agreement-found = { $right } of { $count } numbers agree, computed just now in this browser.
agreement-found-edited = { $right } of { $count } numbers agree, computed just now in this browser. { $edited } of them ran an equation that you changed, not the published one.
agreement-outdated = An equation changed since: check the page again.

## What an address asks for

link-setting-whole = The link asks for { $label } ({ $name }) = { $value }: choose a whole number.
link-setting-range = The link asks for { $label } ({ $name }) = { $value }: choose from { $low } to { $high }.
link-number = your number
link-version = The link is of version { $version }; this page reads version { $own }.
link-near = This figure has no { $name }; perhaps { $near } is meant.

## A page

page-skip = Skip to the content
page-parts = Parts
page-part = Part
page-part-name = Part { $part }
page-part-state =
    { $state ->
        [here] Part { $part }, here
        [done] Part { $part }, done
       *[open] Part { $part }, not yet
    }
page-part-before = Part { $part }:
page-part-of = Part { $part } of { $count }
page-use =
    { $use ->
        [class] in class
        [homework] homework
       *[optional] optional
    }
page-contents = Contents
page-show-code = Show code
page-code =
    { $lines ->
        [one] Code · { $lines } line
       *[other] Code · { $lines } lines
    }
page-about-minutes = about { $minutes } minutes
page-how = Framed sheets answer to you: say what you expect, then move the controls.<br>Code is folded away until you press <b>Show code</b>.
page-before = Before you start
page-no-scripts = Scripts are off, so every figure is still. Its description and its numbers stand below it.
page-made = Made from an executable notebook of the course <em>{ $course }</em>. Everything is in this one file: it asks nothing of the network, and <span class="ll-private">nothing you do here is sent anywhere</span>.
page-predictions =
    { $count ->
        [one] · { $made } of { $count } prediction made
       *[other] · { $made } of { $count } predictions made
    }
page-done-mark = ✓ done
page-all-done = Every part is done.
page-left = About { $left } of { $count } minutes are left.
page-go-on = Go on where you stopped:
page-reports = Your answers and your score go to the learning platform that opened this page.
page-reports-end = your answers and your score go to the learning platform that opened it
notebook = Notebook { $number }
notebook-of = Notebook { $number } of { $count }
index-eyebrow = An executable course
index-form =
    { $form ->
        [page] Page
        [slides] Slides
       *[handout] Handout
    }
index-private = Each page is one file: it asks nothing of the network, and nothing you do there is sent anywhere.

## A deck

deck-title = { $title }: slides
deck-slides = Slides
deck-slide-before = Slide before
deck-next-slide = Next slide
deck-overview = Overview
deck-freeze = Freeze the figure
deck-speaker = Speaker view
deck-keys = Keys
deck-close = Close
deck-in-this-lesson = In this lesson
deck-sources = Where the numbers come from
deck-sources-where = Every source stands at the end of the page <code>{ $page }</code>. There, under each figure, <em>The numbers behind it</em> names the source of each number.
deck-private = Everything is in this one file: it asks nothing of the network, and nothing you do here is sent anywhere.
deck-answers = What may be said, and what to answer:
deck-outcome =
    { $outcome ->
        [right] right
        [wrong] anything else
        [close] about right
        [high] too high
       *[low] too low
    }
key-next = → ↓ Space Page Down
key-next-does = next slide, also on a clicker
key-before = ← ↑ Page Up
key-before-does = slide before
key-ends = Home, End
key-ends-does = first and last slide
key-tab = Tab, then arrow keys
key-tab-does = reach a slider of a figure, and move it
key-escape = Esc
key-escape-does = leave a slider; on a slide: overview, and back
key-freeze-does = freeze the figure, or let it go
key-reset-does = reset the figure
key-hear-does = hear the curve, or stop it
key-black = B or .
key-black-does = black screen
key-full-does = full screen
key-speaker-does = speaker view in a second window; there ↓ and ↑ scroll the notes
key-votes-does = type how the class voted on a prediction
key-keys-does = these keys
poll-votes = Votes of the class
poll-votes-count = Votes of the class: { $count }
poll-class = The class:
poll-kept = Kept in this window only.
poll-row = { $name }: { $votes } of { $count }
poll-row-truth = { $name }: { $votes } of { $count }, the model's answer
poll-below = below { $end }
poll-between = { $begin } to below { $end }
poll-from = { $begin } or more
speaker-refused = A second window may not be opened here: allow pop-ups, or open the file itself.
speaker-title = Speaker view: { $title }
speaker-end = the end
speaker-next = Next
speaker-clock = Clock
speaker-passed = Since the start
speaker-own = This slide
speaker-left = Left
speaker-slide = Slide
speaker-anew = Start the time anew
speaker-notes = Notes
speaker-time = Time
speaker-no-notes = No notes.
letters-title = Four letters to answer with
letters-how = Print this page once for each student; only the drawing is printed. Cut along the broken lines, or fold there twice so that your answer is outside. Where a question has a fifth answer, a raised hand without a letter is E.
letters-drawing = A in a striped circle, B in a dotted square, C in a triangle with slanting lines, D in a chequered diamond, a quarter of the sheet each

## On paper

paper-answers = Answers
paper-answers-of = { $title }: answers
paper-question = Question { $number }
paper-question-mark = Question { $number }.

## A question bank

bank-swapped = If you put “{ $above }” above “{ $below }”:
bank-idea = An idea that often stands behind this answer: “{ $idea }”
bank-ranking = Give each its place, from most to least.
bank-curve = Here no curve can be drawn. Write only where it ends ({ $axis }: { $end }).
bank-unit = Your answer in { $unit }:
bank-high = too high
bank-low = too low
bank-all-right = all right:

## The page about a class

class-title = Class summary: { $course }
class-handed-in = <b>{ $present } of { $people }</b> handed something in
class-missing = <b>{ $count }</b> missing
class-unread = <b>{ $count }</b> not readable
class-strangers = <b>{ $count }</b> not on the roster
class-about = An answer is compared with what the course’s models say; that of an own task with what they say for the student’s number. Everything is in this one file. It names students: keep it as you keep their marks.
class-who-missing = Who is missing ({ $count })
class-no-name = (no name)
class-what-unread = What could not be read ({ $count })
class-which-strangers = Numbers that are not on the roster ({ $count })
class-again = Handed in more than once: what was saved last counts; a code holds no time, so a file counts before it, and of codes the last one read ({ $count })
class-more =
    { $what ->
        [missing] And { $count } more students: the table has them all.
        [unread] And { $count } more pieces.
        [strangers] And { $count } more numbers.
       *[again] And { $count } more students.
    }
class-lesson = { $count } handed in answers to { $notebook }.
class-task = The own task, scored
class-task-rows = How many of its questions were right
class-records =
    { $count ->
        [one] { $count } anonymous record.
       *[other] { $count } anonymous records.
    }
class-kind =
    { $section ->
        [predict] Prediction
        [check] Check
        [exercises] Exercise
       *[tasks] Own task
    }
class-answered =
    { $count ->
        [0] { $count } answered
        [one] { $count } answered, { $share } right
       *[other] { $count } answered, { $share } of them right
    }
class-looked = { $count } looked without predicting
class-other = { $count } answered under another number, not scored
class-caption =
    { $rows ->
        [task] How often each answer was given
        [ranking] How often each was put first; ✓ is first in the answer
        [curve] Where the curves drawn end; ✓ holds the answer
        [scale] How often each answer was given; ✓ holds the answer
       *[answer] How often each answer was given; ✓ counts as right
    }
class-first = { $item } first
class-rest = other
class-between = { $begin } to { $end }
class-between-truth = { $between } (the answer: { $truth })
class-ideas =
    { $count ->
        [one] The idea that most often stands behind a wrong answer ({ $most } of { $wrong }):
       *[other] The ideas that most often stand behind a wrong answer ({ $most } of { $wrong } each):
    }
