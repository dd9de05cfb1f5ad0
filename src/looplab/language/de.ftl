### UNREVIEWED. Nobody whose language this is has read these messages yet: docs/languages.md says how.
### What the machine says to a reader, in German (formal address, "Sie").

## The language itself

tag = de
direction = ltr
decimal-mark = ,
group-mark = { "\u202F" }

## Words that stand in several places

play = Abspielen
pause = Pause
stop = Anhalten
reset = Zurücksetzen
step-back = Schritt zurück
step-forward = Schritt vor
back-to-start = Zurück zum Anfang
nothing = nichts
your-number = Ihre Nummer
in-this-model = In diesem Modell
table = Tabelle
printed-table = Ausgegebene Tabelle
place-of-count = { $place } von { $count }
short-minutes = { $minutes } min
minutes =
    { $minutes ->
        [one] { $minutes } Minute
       *[other] { $minutes } Minuten
    }
mark-meaning = häufig zitiert, nicht nachgeprüft
undated = ohne Jahr

## A figure

figure-covered = Verdeckt, bis Sie eine Vorhersage machen.
figure-show = Aufdecken
figure-computing = Eine erste, grobe Antwort; die genaue wird berechnet
figure-computing-name = { $title }: wird berechnet
figure-settings = Einstellungen zum Ausprobieren
figure-settings-menu = Einstellungen zum Ausprobieren …
figure-settings-name = { $title }: Einstellungen zum Ausprobieren
figure-data = Daten als Tabelle
figure-data-name = { $title }: Daten
figure-numbers = Die Zahlen dahinter: { $summary }
figure-numbers-name = { $title }: die Zahlen dahinter
figure-number = Zahl
figure-value = Wert
figure-status = Status
figure-source = Quelle
figure-symbols = Mit Tab erreichen Sie die Symbole, mit den Pfeiltasten gehen Sie durch sie; die Eingabetaste öffnet die Studie.
figure-kept-settings = { $problem } Die Abbildung zeigt die letzten Einstellungen, die funktioniert haben.
figure-not-finite = { $model } ergab einen Wert, der keine endliche Zahl ist.
figure-rule-changed = Gegenüber der veröffentlichten Regel geändert
figure-rule-missed = Zeigt die veröffentlichte Regel: Diese Abbildung folgt Ihrer Änderung nicht
figure-rule-both = Gegenüber der veröffentlichten Regel geändert. Ein Teil zeigt die veröffentlichte Regel: Er folgt Ihrer Änderung nicht
figure-not-started = Diese Abbildung ließ sich nicht starten; gezeigt wird ihr Standbild.
figure-needs-kernel = Dieser Teil steht hier still: Seine Regler arbeiten im Notebook selbst.
own-number-help = Eine ganze Zahl mit höchstens neun Ziffern. Sie legt Ihre Daten fest und sonst nichts.
status =
    { $status ->
        [measured] gemessen
        [published] veröffentlicht
        [code] Code
        [assumed] angenommen
       *[hypothesis] Hypothese
    }

## A curve as sound

sound = Die Kurve hören
sound-how = Kurven kann man hören: Was in der Zeichnung höher liegt, klingt höher. Die Taste L in der Abbildung spielt ab und hält an.
sound-curve = Kurve
sound-speed = Tempo
sound-pace =
    { $pace ->
        [slow] langsam
        [fast] schnell
       *[normal] normal
    }
sound-play-name = Abspielen: { $title }
sound-stop-name = Anhalten: { $title }
sound-one = Die Kurve.
sound-prediction = Links Ihre Vorhersage, dann rechts, was die Abbildung zeigt.
sound-before = Links die Kurve vor Ihrer letzten Änderung, dann rechts die Kurve jetzt.

## A question

question-predict = Vorhersage
question-check = Frage
question-open = noch nicht beantwortet
question-revealed = Sie haben sich festgelegt, dann nachgesehen
question-skipped = ohne Vorhersage gezeigt
question-looked-first = zuerst nachgesehen
question-commit = Auf diese Vorhersage festlegen
question-check-answer = Meine Antwort prüfen
question-show = Stattdessen aufdecken
question-again = Von vorn beginnen
question-after-all = Doch vorhersagen
question-onward = Bewegen Sie jetzt die Regler
question-no-answer = { $problem } Solange die Gleichungen so lauten, gibt es keine Antwort: Nehmen Sie die Änderung zurück.
question-show-mine = Meine Antwort zeigen
question-shows-mine = Die Abbildung zeigt Ihre Antwort.
question-show-model = Zeigen, was das Modell tut
question-shows-model = Die Abbildung zeigt, was das Modell tut.
question-idea = Eine Vorstellung, die oft hinter dieser Antwort steht: <q>{ $idea }</q>
question-see = Was zu sehen ist
question-see-later = Was zu sehen ist, sobald Sie Ihre Vorhersage gemacht haben
notes-not-lasting = Diese Seite darf nichts behalten: Ihre Notizen bleiben, bis sie geschlossen wird. Kopieren oder speichern Sie sie vorher.

## What is said to an answer

answer-right = Richtig.
answer-also-right = Auch richtig.
answer-not-yet = Noch nicht.
answer-right-value = Richtig: { $value }.
answer-also-right-value = Auch richtig: { $value }.
answer-choose = Wählen Sie zuerst eine Antwort.
answer-is = { $where }: { $answer }
answer-none-fits = { $where } passt keine dieser Antworten.
answer-so-it-is = So ist es { $where }.
answer-it-is = { $where } ist es { $value }.
answer-points = { $number } Prozentpunkte
answer-close = Nah dran: Abstand { $gap }.
answer-off =
    { $way ->
        [high] Das ist zu hoch, um { $gap }.
       *[low] Das ist zu niedrig, um { $gap }.
    }
answer-expected = Sie haben etwa { $value } erwartet; { $where } ist es { $truth }. { $verdict }
answer-you = Sie
answer-truth =
    { $kind ->
        [answer] Antwort
       *[model] Modell
    }
answer-prediction = Ihre Vorhersage
answer-prediction-drawn = Ihre Vorhersage
answer-not-set = noch nicht eingestellt
answer-move-slider = Bewegen Sie zuerst den Regler.
answer-up = Nach oben
answer-up-name = Nach oben: { $item }
answer-down = Nach unten
answer-down-name = Nach unten: { $item }
answer-ranked = { $item }: jetzt { $place } von { $count }.
answer-move-item = Verschieben Sie zuerst einen Eintrag (und zurück, wenn dies Ihre Reihenfolge ist).
answer-ranking = { $where }, vom größten zum kleinsten: { $items }.
answer-draw-how = Zeichnen Sie unten in das Diagramm, oder stellen Sie hier die Punkte einzeln mit den Pfeiltasten ein.
answer-draw = Zeichnen Sie zuerst Ihre Kurve, oder stellen Sie ihre Punkte ein.
answer-point = { $value } bei { $x }
answer-end = Am Ende ({ $axis } { $x }) ist es { $value } { $where }.
answer-expected-end = Sie haben am Ende etwa { $value } erwartet; { $where } ist es { $truth }. { $verdict } Der mittlere Abstand Ihrer Kurve von der des Modells beträgt { $apart }.
answer-yours = Ihre Antwort
answer-write = Schreiben Sie zuerst eine Zahl, etwa { $example }.
answer-sign = Der Betrag stimmt; achten Sie auf das Vorzeichen.

## A task on data of the reader's own

task = Eigene Aufgabe
task-head = Ihre eigene Aufgabe
task-no-number = Noch keine Nummer: Die Abbildung zeigt ein Beispiel, das niemandem gehört. Schreiben Sie Ihre Nummer in „Ihre Nummer“ neben der Abbildung.
task-shows = Die Abbildung zeigt die Daten der Nummer { $number }.
task-between = eine Zahl zwischen { $low } und { $high }
task-write = Schreiben Sie { $wanted }, in Ziffern.
task-expected = Erwartet wird { $wanted }: Achten Sie auf das Vorzeichen, die Einheit und die Stelle des Kommas.
task-read = Gelesen als { $value }.
task-keep = Meine Antworten behalten
task-form = Eine Antwort hat nicht die verlangte Form; was erwartet wird, steht daneben.
task-answer-one = Beantworten Sie zuerst mindestens eine Frage.
task-kept = behalten
task-kept-for = Für Nummer { $number } behalten.
task-kept-all = Für Nummer { $number } behalten. Ob sie richtig sind, wird gesagt, wenn die Antworten eingesammelt werden: Diese Seite weiß es nicht.
task-kept-some = Für Nummer { $number } behalten; { $left } von { $count } noch offen. Ob sie richtig sind, wird gesagt, wenn die Antworten eingesammelt werden: Diese Seite weiß es nicht.
task-kept-other = Diese Antworten wurden für Nummer { $number } behalten, und die Nummer ist jetzt { $now }: Ihre Daten sind andere. Antworten Sie noch einmal, oder schreiben Sie wieder { $number }.
task-none = keine

## Hints, notes, and what is handed in

hints = Hinweise
hints-of = Hinweise: { $question }
hints-at-end = Hinweise und Lösungsweg zu „{ $question }“ stehen am Ende.
hint = Hinweis { $place } von { $count }
hint-solution = Lösungsweg
notes = Meine Notizen
notes-own = Meine eigenen Notizen
notes-text = Meine Notizen als Text
notes-as-text = Als Text, zum Kopieren
notes-here = Ihre Antworten stehen hier in der lebenden Seite.
notes-said = Ich sagte: { $words }
notes-kept = In diesem Browser auf diesem Gerät behalten und nirgendwohin gesendet.
notes-save = Als Datei speichern
notes-no-file = Wenn keine Datei erscheint, darf diese Seite vielleicht keine speichern: Kopieren Sie den Text unten.
notes-clear = Alles löschen
notes-sure = Alle Antworten und Notizen dieses Notebooks löschen?
notes-yes = Ja, löschen
notes-no = Nein, behalten
notes-cleared = Alles gelöscht.
hand-in = Ihre Antworten abgeben
hand-in-only = Nur wenn Sie wollen, und nur, was Sie geantwortet haben: Ihre eigenen Notizen bleiben hier. Die Datei geht dorthin, wohin Sie sie senden.
hand-in-none = keine
hand-in-digits = { $number }: Eine Nummer hat hier höchstens neun Ziffern und sonst nichts.
hand-in-save = Ihre Antworten als Datei speichern
hand-in-number-first = Schreiben Sie zuerst Ihre Nummer: Ohne sie kann niemand sagen, wessen Antworten dies sind.
hand-in-no-file = Wenn keine Datei erscheint, darf diese Seite vielleicht keine speichern: Kopieren Sie den Code unten.
hand-in-code = Meine Antworten als Code
hand-in-code-waits = Schreiben Sie oben Ihre Nummer, dann steht hier der Code.
hand-in-copy = Oder als Code kopieren
hand-in-letters = Alle Buchstaben, in einem Stück. Ein falsch kopierter Buchstabe fällt auf; Zahlen behalten sechs Ziffern.

## An exercise

exercise = Übung
exercise-check = Prüfen
exercise-value = Wert
exercise-rule-first = Schreiben Sie zuerst Ihre Regel, mit den Namen { $names }.
exercise-value-first = Schreiben Sie zuerst Ihren Wert, als Zahl oder als Rechnung: -0.5 / 2.
exercise-not-understood = Nicht verstanden: { $problem }
exercise-right = Richtig. { $feedback }
exercise-also-right = Auch richtig. { $feedback }
exercise-not-yet = Noch nicht. { $feedback }
exercise-not-finite = Etwas davon ist keine endliche Zahl: Suchen Sie nach einer Division durch null oder einem fehlenden Wert.
exercise-sign = Der Betrag stimmt; achten Sie auf das Vorzeichen.
exercise-power = Es ist um eine Zehnerpotenz daneben: Achten Sie auf die Einheiten (ein Anteil oder Prozent?).
exercise-sign-first = Achten Sie zuerst auf das Vorzeichen.
exercise-size =
    { $way ->
        [large] Das Vorzeichen stimmt; der Betrag ist zu groß.
       *[small] Das Vorzeichen stimmt; der Betrag ist zu klein.
    }
exercise-factor = Jeder Eintrag ist um denselben Faktor daneben.
exercise-amount = Jeder Eintrag ist um denselben Betrag daneben.
exercise-entries = { $right } von { $count } Einträgen sind richtig.
exercise-rule-fails = Ihre Regel ließ sich nicht berechnen: { $problem }
exercise-open = Noch nicht beantwortet: Setzen Sie Ihren Wert an die Stelle der Punkte.
exercise-function = Dies ist eine Funktion: Rufen Sie sie auf, und geben Sie an, was sie zurückgibt.
exercise-type = Dies ist vom Typ { $type }: Verlangt ist { $wanted }.
exercise-shape = Die Form ist { $shape }: Verlangt ist { $wanted }.
exercise-single = die einer einzelnen Zahl
exercise-array = ein Array der Form { $shape }
exercise-number = eine Zahl

## Equations that a reader may rewrite

equations-edit = Gleichungen bearbeiten
equations-done = Fertig
equations-undo = Rückgängig
equations-undone = Rückgängig gemacht.
equations-restore = Zurück zur veröffentlichten Regel
equations-restored = Die veröffentlichte Regel gilt wieder.
equations-changed = { $name } ist geändert.
equations-enter = Drücken Sie im Feld die Eingabetaste, damit die Abbildungen folgen.
equations-not-understood = Nicht verstanden: { $problem } Die Abbildungen behalten die letzte Regel, die funktioniert hat.
equations-not-understood-at = Nicht verstanden (Zeichen { $place }): { $problem } Die Abbildungen behalten die letzte Regel, die funktioniert hat.
equations-rate = Änderungsrate von { $name } =
equations-next = nächstes { $name } =
equations-badge = Gegenüber der veröffentlichten Regel geändert. { $follow }
equations-follow =
    { $count ->
        [0] Keine Abbildung auf dieser Seite folgt Ihrer Regel.
        [1] Eine Abbildung auf dieser Seite folgt Ihrer Regel.
        [2] Zwei Abbildungen auf dieser Seite folgen Ihrer Regel.
        [3] Drei Abbildungen auf dieser Seite folgen Ihrer Regel.
        [4] Vier Abbildungen auf dieser Seite folgen Ihrer Regel.
        [one] { $count } Abbildung auf dieser Seite folgt Ihrer Regel.
       *[other] { $count } Abbildungen auf dieser Seite folgen Ihrer Regel.
    }
equations-note = Geänderte Regel
equations-published = Veröffentlicht: { $rule }
equations-none-of-name = Diese Seite hat keine Gleichung für { $name }.
equations-link-refused = Die Änderung von { $name } aus dem Link wurde nicht verwendet: { $problem }
equations-if = wenn
equations-otherwise = sonst
equations-and = und
equations-or = oder
equations-not = nicht
grammar-letters = Höchstens { $most } Zeichen sind erlaubt; dies hat { $count }.
grammar-letter = { $letter } wird nicht verstanden. Erlaubt sind Namen, Zahlen, + - * / **, Vergleiche, Klammern und Kommas.
grammar-expected = Erwartet wird { $sign }, gefunden: { $found }.
grammar-end = das Ende
grammar-no-number = Ein Vergleich ist keine Zahl: Schreiben Sie where(Vergleich, a, b).
grammar-depth = Höchstens { $most } Klammern dürfen ineinander stehen.
grammar-between = { $word } steht nur zwischen Vergleichen.
grammar-before = `not` steht nur vor einem Vergleich.
grammar-two = Vergleichen Sie jeweils zwei Dinge: a < b and b < c.
grammar-missing = Am Ende fehlt etwas.
grammar-large = { $number } ist zu groß.
grammar-name-or-number = Erwartet wird ein Name oder eine Zahl, gefunden: { $found }.
grammar-function-near = { $name } ist keine Funktion. Am nächsten: { $near }.
grammar-function = { $name } ist keine Funktion. Es gibt: { $known }.
grammar-takes =
    { $count ->
        [one] { $name } nimmt { $count } Angabe, nicht { $given }.
       *[other] { $name } nimmt { $count } Angaben, nicht { $given }.
    }
grammar-place = { $name } steht am falschen Ort.
grammar-later = { $name } wird erst nach dieser Zeile berechnet.
grammar-name-near = { $name } ist kein Name dieses Modells. Am nächsten: { $near }.
grammar-name = { $name } ist kein Name dieses Modells. Hier bekannt: { $known }.
grammar-no-names = kein Name
grammar-entries = { $name } hat { $count } Einträge: Schreiben Sie { $first } bis { $last }.
grammar-single = { $name } ist eine einzelne Zahl und hat keine Einträge.
grammar-entry = Ein Eintrag von { $name } ist eine ganze Zahl von 0 bis { $last }.
grammar-right-only = Schreiben Sie nur, was rechts von `=` steht.
grammar-unexpected = Nicht erwartet: { $found }.
legend = Was die Buchstaben bedeuten
legend-symbol = Symbol
legend-meaning = was es ist
legend-value = Wert jetzt
legend-unit = Einheit

## Numbers from outside

agreement-number = Zahl
agreement-reference = Referenz
agreement-python = in Python
agreement-browser = in diesem Browser
agreement-agrees = stimmt überein
agreement-source = Quelle
agreement-yes = ja
agreement-no = nein
agreement-known =
    { $mark ->
        [verified] in der Quelle gelesen
        [abstract] in ihrer Zusammenfassung gelesen
        [derived] aus dem abgeleitet, was die Quelle sagt
       *[simulated] mit anderem Code simuliert, nach dem, was die Quelle sagt
    }
agreement-count = { $right } von { $count } Referenzzahlen stimmen überein.
agreement-check = Diese Seite prüfen
agreement-checked = Geprüfte Zahlen
agreement-not-checked = In diesem Browser noch nicht geprüft.
agreement-no-number = keine Zahl
agreement-verdict =
    { $agrees ->
        [yes] ✓ stimmt überein
       *[no] ✗ weicht ab
    }
agreement-your-rule = (Ihre Regel)
agreement-found = { $right } von { $count } Zahlen stimmen überein, eben in diesem Browser berechnet.
agreement-found-edited = { $right } von { $count } Zahlen stimmen überein, eben in diesem Browser berechnet. { $edited } davon liefen mit einer Gleichung, die Sie geändert haben, nicht mit der veröffentlichten.
agreement-outdated = Seitdem hat sich eine Gleichung geändert: Prüfen Sie die Seite noch einmal.

## What an address asks for

link-setting-whole = Der Link verlangt { $label } ({ $name }) = { $value }: Wählen Sie eine ganze Zahl.
link-setting-range = Der Link verlangt { $label } ({ $name }) = { $value }: Wählen Sie von { $low } bis { $high }.
link-number = Ihre Nummer
link-version = Der Link hat die Version { $version }; diese Seite liest die Version { $own }.
link-near = Diese Abbildung hat kein { $name }; vielleicht ist { $near } gemeint.

## A page

page-skip = Zum Inhalt springen
page-parts = Teile
page-part = Teil
page-part-name = Teil { $part }
page-part-state =
    { $state ->
        [here] Teil { $part }, hier
        [done] Teil { $part }, erledigt
       *[open] Teil { $part }, noch nicht
    }
page-part-before = Teil { $part }:
page-part-of = Teil { $part } von { $count }
page-use =
    { $use ->
        [class] im Unterricht
        [homework] Hausaufgabe
       *[optional] freiwillig
    }
page-contents = Inhalt
page-show-code = Code zeigen
page-code =
    { $lines ->
        [one] Code · { $lines } Zeile
       *[other] Code · { $lines } Zeilen
    }
page-about-minutes =
    { $minutes ->
        [one] etwa { $minutes } Minute
       *[other] etwa { $minutes } Minuten
    }
page-how = Gerahmte Felder antworten Ihnen: Sagen Sie, was Sie erwarten, dann bewegen Sie die Regler.<br>Der Code ist eingeklappt, bis Sie <b>Code zeigen</b> drücken.
page-before = Bevor Sie beginnen
page-no-scripts = Skripte sind ausgeschaltet, daher steht jede Abbildung still. Ihre Beschreibung und ihre Zahlen stehen darunter.
page-made = Aus einem ausführbaren Notebook des Kurses <em>{ $course }</em> gemacht. Alles steht in dieser einen Datei: Sie fragt nichts aus dem Netz ab, und <span class="ll-private">nichts, was Sie hier tun, wird irgendwohin gesendet</span>.
page-predictions =
    { $count ->
        [one] · { $made } von { $count } Vorhersage gemacht
       *[other] · { $made } von { $count } Vorhersagen gemacht
    }
page-done-mark = ✓ erledigt
page-all-done = Jeder Teil ist erledigt.
page-left =
    { $left ->
        [one] Etwa { $left } von { $count } Minuten bleibt.
       *[other] Etwa { $left } von { $count } Minuten bleiben.
    }
page-go-on = Weiter, wo Sie aufgehört haben:
page-reports = Ihre Antworten und Ihre Punktzahl gehen an die Lernplattform, die diese Seite geöffnet hat.
page-reports-end = Ihre Antworten und Ihre Punktzahl gehen an die Lernplattform, die sie geöffnet hat
notebook = Notebook { $number }
notebook-of = Notebook { $number } von { $count }
index-eyebrow = Ein ausführbarer Kurs
index-form =
    { $form ->
        [page] Seite
        [slides] Folien
       *[handout] Handout
    }
index-private = Jede Seite ist eine Datei: Sie fragt nichts aus dem Netz ab, und nichts, was Sie dort tun, wird irgendwohin gesendet.

## A deck

deck-title = { $title }: Folien
deck-slides = Folien
deck-slide-before = Vorige Folie
deck-next-slide = Nächste Folie
deck-overview = Übersicht
deck-freeze = Abbildung festhalten
deck-speaker = Vortragsansicht
deck-keys = Tasten
deck-close = Schließen
deck-in-this-lesson = In dieser Stunde
deck-sources = Woher die Zahlen kommen
deck-sources-where = Jede Quelle steht am Ende der Seite <code>{ $page }</code>. Dort nennt unter jeder Abbildung <em>Die Zahlen dahinter</em> die Quelle jeder Zahl.
deck-private = Alles steht in dieser einen Datei: Sie fragt nichts aus dem Netz ab, und nichts, was Sie hier tun, wird irgendwohin gesendet.
deck-answers = Was gesagt werden kann, und was darauf zu antworten ist:
deck-outcome =
    { $outcome ->
        [right] richtig
        [wrong] alles andere
        [close] ungefähr richtig
        [high] zu hoch
       *[low] zu niedrig
    }
key-next = → ↓ Leertaste Bild ab
key-next-does = nächste Folie, auch auf einem Presenter
key-before = ← ↑ Bild auf
key-before-does = vorige Folie
key-ends = Pos1, Ende
key-ends-does = erste und letzte Folie
key-tab = Tab, dann Pfeiltasten
key-tab-does = einen Regler einer Abbildung erreichen und bewegen
key-escape = Esc
key-escape-does = einen Regler verlassen; auf einer Folie: Übersicht, und zurück
key-freeze-does = die Abbildung festhalten oder loslassen
key-reset-does = die Abbildung zurücksetzen
key-hear-does = die Kurve hören oder anhalten
key-black = B oder .
key-black-does = schwarzer Bildschirm
key-full-does = ganzer Bildschirm
key-speaker-does = Vortragsansicht in einem zweiten Fenster; dort blättern ↓ und ↑ die Notizen
key-votes-does = eingeben, wie die Klasse bei einer Vorhersage abgestimmt hat
key-keys-does = diese Tasten
poll-votes = Stimmen der Klasse
poll-votes-count = Stimmen der Klasse: { $count }
poll-class = Die Klasse:
poll-kept = Nur in diesem Fenster behalten.
poll-row = { $name }: { $votes } von { $count }
poll-row-truth = { $name }: { $votes } von { $count }, die Antwort des Modells
poll-below = unter { $end }
poll-between = { $begin } bis unter { $end }
poll-from = { $begin } oder mehr
speaker-refused = Ein zweites Fenster darf hier nicht geöffnet werden: Erlauben Sie Pop-ups, oder öffnen Sie die Datei selbst.
speaker-title = Vortragsansicht: { $title }
speaker-end = das Ende
speaker-next = Als Nächstes
speaker-clock = Uhrzeit
speaker-passed = Seit Beginn
speaker-own = Diese Folie
speaker-left = Noch
speaker-slide = Folie
speaker-anew = Zeit neu beginnen
speaker-notes = Notizen
speaker-time = Zeit
speaker-no-notes = Keine Notizen.
letters-title = Vier Buchstaben zum Antworten
letters-how = Drucken Sie diese Seite einmal für jede teilnehmende Person; gedruckt wird nur die Zeichnung. Schneiden Sie entlang der unterbrochenen Linien, oder falten Sie dort zweimal, sodass Ihre Antwort außen ist. Wo eine Frage eine fünfte Antwort hat, ist eine gehobene Hand ohne Buchstaben E.
letters-drawing = A in einem gestreiften Kreis, B in einem gepunkteten Quadrat, C in einem Dreieck mit schrägen Linien, D in einer karierten Raute, je ein Viertel des Blatts

## On paper

paper-answers = Antworten
paper-answers-of = { $title }: Antworten
paper-question = Frage { $number }
paper-question-mark = Frage { $number }.

## A question bank

bank-swapped = Wenn Sie „{ $above }“ über „{ $below }“ setzen:
bank-idea = Eine Vorstellung, die oft hinter dieser Antwort steht: „{ $idea }“
bank-ranking = Geben Sie jedem seinen Platz, vom größten zum kleinsten.
bank-curve = Hier kann keine Kurve gezeichnet werden. Schreiben Sie nur, wo sie endet ({ $axis }: { $end }).
bank-unit = Ihre Antwort in { $unit }:
bank-high = zu hoch
bank-low = zu niedrig
bank-all-right = alles richtig:

## The page about a class

class-title = Überblick über die Klasse: { $course }
class-handed-in = <b>{ $present } von { $people }</b> haben etwas abgegeben
class-missing = <b>{ $count }</b> fehlen
class-unread = <b>{ $count }</b> nicht lesbar
class-strangers = <b>{ $count }</b> nicht auf der Liste
class-about = Eine Antwort wird mit dem verglichen, was die Modelle des Kurses sagen; die zu einer eigenen Aufgabe mit dem, was sie für die Nummer der Person sagen. Alles steht in dieser einen Datei. Sie nennt Namen: Bewahren Sie sie so auf wie Noten.
class-who-missing = Wer fehlt ({ $count })
class-no-name = (ohne Namen)
class-what-unread = Was nicht gelesen werden konnte ({ $count })
class-which-strangers = Nummern, die nicht auf der Liste stehen ({ $count })
class-again = Mehr als einmal abgegeben: Es zählt, was zuletzt gespeichert wurde; ein Code enthält keine Zeit, darum zählt eine Datei vor ihm, und von Codes der zuletzt gelesene ({ $count })
class-more =
    { $what ->
        [missing] Und { $count } weitere Personen: Die Tabelle nennt alle.
        [unread] Und { $count } weitere Stücke.
        [strangers] Und { $count } weitere Nummern.
       *[again] Und { $count } weitere Personen.
    }
class-lesson =
    { $count ->
        [one] { $count } Person hat Antworten zu { $notebook } abgegeben.
       *[other] { $count } Personen haben Antworten zu { $notebook } abgegeben.
    }
class-task = Die eigene Aufgabe, bewertet
class-task-rows = Wie viele ihrer Fragen richtig beantwortet wurden
class-records =
    { $count ->
        [one] { $count } anonyme Aufzeichnung.
       *[other] { $count } anonyme Aufzeichnungen.
    }
class-kind =
    { $section ->
        [predict] Vorhersage
        [check] Frage
        [exercises] Übung
       *[tasks] Eigene Aufgabe
    }
class-answered =
    { $count ->
        [0] { $count } Antworten
        [one] { $count } Antwort, davon { $share } richtig
       *[other] { $count } Antworten, davon { $share } richtig
    }
class-looked =
    { $count ->
        [one] { $count } Person hat nachgesehen, ohne vorherzusagen
       *[other] { $count } Personen haben nachgesehen, ohne vorherzusagen
    }
class-other =
    { $count ->
        [one] { $count } Antwort unter einer anderen Nummer, nicht bewertet
       *[other] { $count } Antworten unter einer anderen Nummer, nicht bewertet
    }
class-caption =
    { $rows ->
        [task] Wie oft jede Antwort gegeben wurde
        [ranking] Wie oft jedes an die erste Stelle gesetzt wurde; ✓ steht in der Antwort an erster Stelle
        [curve] Wo die gezeichneten Kurven enden; ✓ enthält die Antwort
        [scale] Wie oft jede Antwort gegeben wurde; ✓ enthält die Antwort
       *[answer] Wie oft jede Antwort gegeben wurde; ✓ zählt als richtig
    }
class-first = { $item } an erster Stelle
class-rest = andere
class-between = { $begin } bis { $end }
class-between-truth = { $between } (die Antwort: { $truth })
class-ideas =
    { $count ->
        [one] Die Vorstellung, die am häufigsten hinter einer falschen Antwort steht ({ $most } von { $wrong }):
       *[other] Die Vorstellungen, die am häufigsten hinter einer falschen Antwort stehen (je { $most } von { $wrong }):
    }
