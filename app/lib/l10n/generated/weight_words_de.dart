// Generated from lib/l10n/arb by tool/words.dart: change the texts there.
// dart format off
// ignore_for_file: unnecessary_brace_in_string_interps, public_member_api_docs, the texts explain each member

import 'package:intl/intl.dart';

import 'weight_words.dart';

/// The texts in the language `de`.
class WeightWordsDe extends WeightWords {
  /// The texts in the language `de`.
  const WeightWordsDe();

  @override
  String get cancel => 'Abbrechen';
  @override
  String get undo => 'Rückgängig';
  @override
  String get delete => 'Löschen';
  @override
  String get save => 'Speichern';
  @override
  String get storageTrouble => 'Dieses Gerät konnte es nicht speichern. Ist der Speicher voll?';
  @override
  String get opening => 'Ihre Gewichte werden geöffnet …';
  @override
  String get openElsewhere => 'Diese App ist schon in einem anderen Fenster oder Tab geöffnet.';
  @override
  String get cannotStore => 'Dieses Gerät kann Ihre Gewichte nicht speichern.';
  @override
  String get kilograms => 'Kilogramm';
  @override
  String get pounds => 'Pfund';
  @override
  String get stones => 'Stone';
  @override
  String get signIn => 'Anmelden';
  @override
  String get signInLead => 'Ihre Gewichte, sicher und auf all Ihren Geräten.';
  @override
  String get signInAgain => 'Erneut anmelden';
  @override
  String get signInAgainLead => 'Ihre Sitzung ist beendet. Alles auf diesem Gerät bleibt erhalten und wird gesendet, sobald Sie angemeldet sind.';
  @override
  String get createAccount => 'Konto anlegen';
  @override
  String get createAccountLead => 'Niemand außer Ihnen sieht Ihre Gewichte.';
  @override
  String get toCreateAccount => 'Neu hier? Konto anlegen';
  @override
  String get toSignIn => 'Ich habe ein Konto';
  @override
  String get email => 'E-Mail-Adresse';
  @override
  String get password => 'Passwort';
  @override
  String get showPassword => 'Passwort zeigen';
  @override
  String get hidePassword => 'Passwort verbergen';
  @override
  String get emailMissing => 'Geben Sie eine E-Mail-Adresse ein, etwa name@example.org.';
  @override
  String get passwordMissing => 'Geben Sie Ihr Passwort ein.';
  @override
  String passwordLength(int shortest, int longest) => '${shortest} bis ${longest} Zeichen';
  @override
  String get forgotPassword => 'Passwort vergessen?';
  @override
  String get codeLead => 'Geben Sie Ihre Adresse ein. Sie bekommen eine Mail mit einem Code.';
  @override
  String get codeByOperator => 'Dieser Server verschickt keine Mail. Bitten Sie den Betreiber um einen Code und geben Sie ihn hier ein.';
  @override
  String get sendCode => 'Code senden';
  @override
  String get haveCode => 'Ich habe einen Code';
  @override
  String codeSent(String email) => 'Wenn ${email} hier verwendet werden kann, ist eine Mail mit einem Code unterwegs. Er gilt 30 Minuten.';
  @override
  String get confirmAddress => 'Adresse bestätigen';
  @override
  String get code => 'Code';
  @override
  String get codeMissing => 'Geben Sie den Code ein.';
  @override
  String get codeWrong => 'Dieser Code stimmt nicht oder gilt nicht mehr. Prüfen Sie ihn oder fordern Sie einen neuen an.';
  @override
  String get accountWasDeleted => 'Ihr Konto wurde gelöscht. Seine Daten sind von diesem Gerät entfernt.';
  @override
  String get onlyHere => 'Nur auf diesem Gerät';
  @override
  String adoptTitle(int count) => Intl.plural(count, one: 'Ein Gewicht auf diesem Gerät ist nicht in Ihrem Konto', other: '${count} Gewichte auf diesem Gerät sind nicht in Ihrem Konto', locale: 'de');
  @override
  String get adoptLead => 'Hinzufügen oder getrennt aufheben? Getrennt werden sie gezeigt, wenn niemand angemeldet ist.';
  @override
  String get adoptLater => 'Sie bleiben erhalten. Sobald Ihr Konto geladen ist, werden sie hinzugefügt, oder Sie werden gefragt.';
  @override
  String get adopt => 'Zum Konto hinzufügen';
  @override
  String get keepApart => 'Getrennt aufheben';
  @override
  String get wrongCredentials => 'Adresse und Passwort passen nicht zusammen. Prüfen Sie bitte beide.';
  @override
  String get wrongPassword => 'Das ist nicht Ihr derzeitiges Passwort.';
  @override
  String get emailTaken => 'Diese Adresse hat schon ein Konto. Melden Sie sich an.';
  @override
  String get registrationClosed => 'Dieser Server nimmt keine neuen Konten an. Wenden Sie sich an den Betreiber.';
  @override
  String get or => 'oder';
  @override
  String get continueWithGoogle => 'Weiter mit Google';
  @override
  String get googleFailed => 'Die Anmeldung bei Google hat nicht geklappt. Bitte versuchen Sie es noch einmal.';
  @override
  String get googleUnavailable => 'Die Anmeldung mit Google ist auf diesem Server zurzeit nicht möglich. Nutzen Sie E-Mail-Adresse und Passwort.';
  @override
  String get googleUnverified => 'Bestätigen Sie zuerst Ihre Adresse bei Google.';
  @override
  String get googleDiffers => 'Bitte wählen Sie das Google-Konto, das Sie hier zuvor benutzt haben.';
  @override
  String get managedElsewhere => 'Ihr Konto gehört zu einem anderen Dienst. Bitte ändern oder löschen Sie es dort, wo Sie es angelegt haben.';
  @override
  String get invalidFields => 'Etwas im Formular stimmt nicht. Prüfen Sie, was markiert ist.';
  @override
  String tooManyAttempts(int minutes) => 'Zu viele Versuche. Versuchen Sie es wieder in ${Intl.plural(minutes, one: 'einer Minute', other: '${minutes} Minuten', locale: 'de')}.';
  @override
  String get sessionOver => 'Ihre Sitzung ist beendet. Bitte melden Sie sich erneut an.';
  @override
  String get serverUnreachable => 'Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.';
  @override
  String get serverTrouble => 'Der Server hat gerade ein Problem. Nichts geht verloren.';
  @override
  String get weight => 'Gewicht';
  @override
  String get addWeight => 'Neues Gewicht';
  @override
  String get emptyTitle => 'Noch keine Gewichte';
  @override
  String get emptyLead => 'Beginnen Sie mit dem Gewicht von heute. Es geht auch ohne Netz.';
  @override
  String get latest => 'Zuletzt';
  @override
  String sameAsOn(String date) => 'So viel wie am ${date}';
  @override
  String changeSince(String change, String date) => '${change} seit ${date}';
  @override
  String get nothingInRange => 'Keine Gewichte in diesem Zeitraum';
  @override
  String get rangeMonth => '1 M';
  @override
  String get rangeQuarter => '3 M';
  @override
  String get rangeYear => '1 J';
  @override
  String get rangeAll => 'Alle';
  @override
  String get rangeMonthSpoken => 'Ein Monat';
  @override
  String get rangeQuarterSpoken => 'Drei Monate';
  @override
  String get rangeYearSpoken => 'Ein Jahr';
  @override
  String get rangeAllSpoken => 'Gesamte Zeit';
  @override
  String chartSpoken(int count, String lowest, String highest, String latest) => '${Intl.plural(count, one: 'Diagramm eines Gewichts', other: 'Diagramm von ${count} Gewichten', locale: 'de')}. Niedrigstes ${lowest}, höchstes ${highest}, letztes ${latest}.';
  @override
  String get markPending => 'Noch nicht gesendet';
  @override
  String get markOvertaken => 'Auf anderem Gerät geändert';
  @override
  String get markRefused => 'Nicht angenommen. Zum Berichtigen tippen';
  @override
  String get weightDeleted => 'Gewicht gelöscht';
  @override
  String get editWeight => 'Gewicht ändern';
  @override
  String get unit => 'Einheit';
  @override
  String get date => 'Datum';
  @override
  String get time => 'Uhrzeit';
  @override
  String get less => 'Ein Zehntel weniger';
  @override
  String get more => 'Ein Zehntel mehr';
  @override
  String get notANumber => 'Geben Sie eine Zahl ein, etwa 72,5';
  @override
  String outOfRange(String least, String most) => 'Bitte zwischen ${least} und ${most}';
  @override
  String get farOffTitle => 'Stimmt das?';
  @override
  String farOff(String weight, String other, String date) => '${weight} ist weit von ${other} am ${date} entfernt.';
  @override
  String get saveAnyway => 'Trotzdem speichern';
  @override
  String get tooFarAhead => 'Dieser Zeitpunkt liegt in der Zukunft.';
  @override
  String get tooLongAgo => 'Das früheste mögliche Jahr ist 1900.';
  @override
  String get fieldRefused => 'Der Server hat das nicht angenommen.';
  @override
  String get refusedLead => 'Der Server hat dieses Gewicht nicht angenommen. Berichtigen und speichern Sie es, oder löschen Sie es.';
  @override
  String get quotaExceeded => 'Das Konto ist voll, deshalb hat der Server dieses Gewicht nicht angenommen. Es bleibt auf diesem Gerät. Bitten Sie den Betreiber des Servers um mehr Platz.';
  @override
  String get keepsUnit => 'In dieser Einheit eingegeben; es bleibt genau so erhalten.';
  @override
  String get sync => 'Abgleich';
  @override
  String get syncNow => 'Jetzt abgleichen';
  @override
  String get syncOff => 'Nicht angemeldet';
  @override
  String get syncIdle => 'Alles ist auf dem neuesten Stand';
  @override
  String syncIdlePending(int count) => Intl.plural(count, one: 'Eine Änderung wird gleich gesendet', other: '${count} Änderungen werden gleich gesendet', locale: 'de');
  @override
  String get syncUploading => 'Änderungen werden gesendet …';
  @override
  String get syncDownloading => 'Änderungen werden geholt …';
  @override
  String syncProgress(int done, int total) => '${done} von ${total}';
  @override
  String get syncOffline => 'Keine Verbindung zum Server';
  @override
  String get syncRetrying => 'Abgleich versucht es wieder';
  @override
  String get syncNeedsSignIn => 'Bitte melden Sie sich erneut an';
  @override
  String syncConflicts(int count) => Intl.plural(count, one: 'Ein Gewicht wurde auf zwei Geräten geändert', other: '${count} Gewichte wurden auf zwei Geräten geändert', locale: 'de');
  @override
  String get syncStalled => 'Der Abgleich braucht Ihre Hilfe';
  @override
  String get kept => 'Ihre Gewichte bleiben auf diesem Gerät erhalten.';
  @override
  String keptPending(int count) => Intl.plural(count, one: 'Eine Änderung bleibt auf diesem Gerät erhalten.', other: '${count} Änderungen bleiben auf diesem Gerät erhalten.', locale: 'de');
  @override
  String nextTry(String time) => 'Nächster Versuch um ${time}.';
  @override
  String get rateLimited => 'Der Server bittet um eine kurze Pause.';
  @override
  String entriesRefused(int count) => Intl.plural(count, one: 'Der Server hat ein Gewicht nicht angenommen. Es ist in der Liste markiert.', other: 'Der Server hat ${count} Gewichte nicht angenommen. Sie sind in der Liste markiert.', locale: 'de');
  @override
  String newerData(int count) => Intl.plural(count, one: 'Ein Gewicht stammt aus einer neueren Fassung dieser App. Es bleibt erhalten. Bitte aktualisieren Sie die App.', other: '${count} Gewichte stammen aus einer neueren Fassung dieser App. Sie bleiben erhalten. Bitte aktualisieren Sie die App.', locale: 'de');
  @override
  String get dataDamaged => 'Ein Teil der Daten auf diesem Gerät war beschädigt. Was der Server hat, wird neu geholt; prüfen Sie Ihre letzten Änderungen. Eine Kopie wurde aufgehoben.';
  @override
  String lostByServer(int count) => Intl.plural(count, one: 'Dem Server fehlte eines Ihrer Gewichte. Es wird von diesem Gerät wiederhergestellt; Sie müssen nichts tun.', other: 'Dem Server fehlten ${count} Ihrer Gewichte. Sie werden von diesem Gerät wiederhergestellt; Sie müssen nichts tun.', locale: 'de');
  @override
  String get understood => 'Verstanden';
  @override
  String get incompatible => 'App und Server verstehen sich nicht. Bitte aktualisieren Sie die App.';
  @override
  String get unexpected => 'In der App ging etwas schief. Bitte senden Sie den Bericht in den Einstellungen.';
  @override
  String get lastSync => 'Letzter Abgleich';
  @override
  String get never => 'Noch nie';
  @override
  String get waiting => 'Noch zu senden';
  @override
  String edits(int count) => Intl.plural(count, zero: 'Nichts', one: 'Eine Änderung', other: '${count} Änderungen', locale: 'de');
  @override
  String get look => 'Ansehen';
  @override
  String get settings => 'Einstellungen';
  @override
  String get unitLead => 'Gewichte werden in dieser Einheit gezeigt. Was Sie notiert haben, bleibt, wie es ist.';
  @override
  String get account => 'Konto';
  @override
  String get help => 'Hilfe';
  @override
  String get reportLead => 'Für die Hilfe: Zustände und Zeiten, keine Gewichte und keine Passwörter.';
  @override
  String get copyReport => 'Bericht kopieren';
  @override
  String get reportCopied => 'Bericht kopiert';
  @override
  String get changePassword => 'Passwort ändern';
  @override
  String get changePasswordLead => 'Ihre anderen Geräte müssen sich danach erneut anmelden.';
  @override
  String get currentPassword => 'Derzeitiges Passwort';
  @override
  String get newPassword => 'Neues Passwort';
  @override
  String get passwordChanged => 'Passwort geändert';
  @override
  String get devices => 'Angemeldete Geräte';
  @override
  String deviceSeen(String time) => 'Zuletzt gesehen ${time}';
  @override
  String get unnamedDevice => 'Gerät ohne Namen';
  @override
  String signOutDevice(String name) => '${name} abmelden?';
  @override
  String get signOutDeviceLead => 'Es braucht zum Abgleich wieder das Passwort. Was es noch nicht gesendet hat, bleibt auf ihm.';
  @override
  String get tryAgain => 'Erneut versuchen';
  @override
  String get signOut => 'Abmelden';
  @override
  String get signOutLead => 'Was soll mit den Gewichten auf diesem Gerät geschehen? Der Server behält, was er hat.';
  @override
  String signOutUnsent(int count) => Intl.plural(count, one: 'Eine Änderung ist noch nicht gesendet. Sie geht verloren, wenn Sie die Gewichte entfernen.', other: '${count} Änderungen sind noch nicht gesendet. Sie gehen verloren, wenn Sie die Gewichte entfernen.', locale: 'de');
  @override
  String get signOutHidden => 'Auf diesem Gerät heben Sie andere Gewichte getrennt auf. Die des Kontos bleiben verborgen, bis Sie sich wieder anmelden.';
  @override
  String get keepHere => 'Auf diesem Gerät behalten';
  @override
  String get removeHere => 'Von diesem Gerät entfernen';
  @override
  String get deleteAccount => 'Konto löschen';
  @override
  String get confirmWithGoogle => 'Mit Google bestätigen und Konto löschen';
  @override
  String get deleteAccountLead => 'Alle Ihre Gewichte werden gelöscht: hier, auf dem Server und auf Ihren anderen Geräten. Das lässt sich nicht rückgängig machen.';
  @override
  String get conflicts => 'Doppelt geändert';
  @override
  String get conflictsLead => 'Die spätere Änderung wurde übernommen. Sie können anders entscheiden.';
  @override
  String get noConflicts => 'Nichts zu entscheiden';
  @override
  String get noConflictsLead => 'Alle Ihre Geräte sind sich einig.';
  @override
  String get thisDevice => 'Dieses Gerät';
  @override
  String get otherDevice => 'Anderes Gerät';
  @override
  String get standsNow => 'Gilt jetzt';
  @override
  String get deletedVersion => 'Gelöscht';
  @override
  String editedAt(String time) => 'Geändert ${time}';
  @override
  String get keepMine => 'Meines behalten';
  @override
  String get keepTheirs => 'Das andere behalten';
  @override
  String get keepBoth => 'Beide behalten';
  @override
  String get undoOverwrite => 'Rückgängig: das andere zurückholen';
  @override
  String get bringMineBack => 'Meines zurückholen';
  @override
  String get youOverwrote => 'Ihre Änderung hat eine von einem anderen Gerät ersetzt.';
  @override
  String get newerOnServer => 'Eine spätere Änderung von einem anderen Gerät hat Ihre ersetzt.';
  @override
  String get deletedOnServer => 'Es wurde auf einem anderen Gerät gelöscht.';
  @override
  String get goneOnServer => 'Der Server hat dieses Gewicht nicht mehr.';
}
