// Generated from lib/l10n/arb by tool/words.dart: change the texts there.
// dart format off
// ignore_for_file: unnecessary_brace_in_string_interps, public_member_api_docs, the texts explain each member

import 'package:intl/intl.dart';

import 'weight_words.dart';

/// The texts in the language `fr`.
class WeightWordsFr extends WeightWords {
  /// The texts in the language `fr`.
  const WeightWordsFr();

  @override
  String get cancel => 'Annuler';
  @override
  String get undo => 'Annuler';
  @override
  String get delete => 'Supprimer';
  @override
  String get save => 'Enregistrer';
  @override
  String get storageTrouble => 'Cet appareil n’a pas pu l’enregistrer. Sa mémoire est-elle pleine ?';
  @override
  String get opening => 'Ouverture de vos poids …';
  @override
  String get openElsewhere => 'Cette application est déjà ouverte dans une autre fenêtre ou un autre onglet.';
  @override
  String get cannotStore => 'Cet appareil ne peut pas enregistrer vos poids.';
  @override
  String get kilograms => 'Kilogrammes';
  @override
  String get pounds => 'Livres';
  @override
  String get stones => 'Stones';
  @override
  String get signIn => 'Se connecter';
  @override
  String get signInLead => 'Vos poids, en sécurité et sur tous vos appareils.';
  @override
  String get signInAgain => 'Se reconnecter';
  @override
  String get signInAgainLead => 'Votre session a pris fin. Tout ce qui est sur cet appareil est conservé et sera envoyé dès que vous serez connecté.';
  @override
  String get createAccount => 'Créer un compte';
  @override
  String get createAccountLead => 'Vous seul voyez vos poids.';
  @override
  String get toCreateAccount => 'Nouveau ici ? Créer un compte';
  @override
  String get toSignIn => 'J’ai un compte';
  @override
  String get email => 'Adresse e-mail';
  @override
  String get password => 'Mot de passe';
  @override
  String get showPassword => 'Afficher le mot de passe';
  @override
  String get hidePassword => 'Masquer le mot de passe';
  @override
  String get emailMissing => 'Saisissez une adresse e-mail, par exemple nom@example.org.';
  @override
  String get passwordMissing => 'Saisissez votre mot de passe.';
  @override
  String passwordLength(int shortest, int longest) => 'De ${shortest} à ${longest} caractères';
  @override
  String get forgotPassword => 'Mot de passe oublié ?';
  @override
  String get codeLead => 'Indiquez votre adresse. Vous recevrez un message avec un code.';
  @override
  String get codeByOperator => 'Ce serveur n’envoie pas de message. Demandez un code à son exploitant et saisissez-le ici.';
  @override
  String get sendCode => 'Envoyer un code';
  @override
  String get haveCode => 'J’ai un code';
  @override
  String codeSent(String email) => 'Si ${email} peut servir ici, un message avec un code est en route. Le code est valable 30 minutes.';
  @override
  String get confirmAddress => 'Confirmez votre adresse';
  @override
  String get code => 'Code';
  @override
  String get codeMissing => 'Saisissez le code.';
  @override
  String get codeWrong => 'Ce code est faux ou n’est plus valable. Vérifiez-le ou demandez-en un autre.';
  @override
  String get accountWasDeleted => 'Votre compte a été supprimé. Ses données ont été effacées de cet appareil.';
  @override
  String get onlyHere => 'Seulement sur cet appareil';
  @override
  String adoptTitle(int count) => Intl.plural(count, one: '${count} poids sur cet appareil n’est pas dans votre compte', other: '${count} poids sur cet appareil ne sont pas dans votre compte', locale: 'fr');
  @override
  String get adoptLead => 'Les ajouter, ou les garder à part ? À part, ils sont affichés quand personne n’est connecté.';
  @override
  String get adoptLater => 'Ils sont conservés. Dès que votre compte sera chargé, ils seront ajoutés, ou la question vous sera posée.';
  @override
  String get adopt => 'Ajouter au compte';
  @override
  String get keepApart => 'Garder à part';
  @override
  String get wrongCredentials => 'L’adresse et le mot de passe ne correspondent pas. Vérifiez les deux et réessayez.';
  @override
  String get wrongPassword => 'Ce n’est pas votre mot de passe actuel.';
  @override
  String get emailTaken => 'Cette adresse a déjà un compte. Connectez-vous.';
  @override
  String get registrationClosed => 'Ce serveur n’accepte pas de nouveaux comptes. Adressez-vous à son exploitant.';
  @override
  String get or => 'ou';
  @override
  String get continueWithGoogle => 'Continuer avec Google';
  @override
  String get googleFailed => 'La connexion avec Google n’a pas fonctionné. Veuillez réessayer.';
  @override
  String get googleUnavailable => 'La connexion avec Google n’est pas disponible sur ce serveur pour le moment. Utilisez votre adresse e-mail et votre mot de passe.';
  @override
  String get googleUnverified => 'Confirmez d’abord votre adresse auprès de Google.';
  @override
  String get googleDiffers => 'Choisissez le compte Google que vous avez utilisé ici auparavant.';
  @override
  String get managedElsewhere => 'Votre compte appartient à un autre service. Modifiez-le ou supprimez-le là où vous l’avez créé.';
  @override
  String get invalidFields => 'Quelque chose ne va pas dans le formulaire. Vérifiez ce qui est signalé.';
  @override
  String tooManyAttempts(int minutes) => 'Trop de tentatives. Réessayez dans ${Intl.plural(minutes, one: '${minutes} minute', other: '${minutes} minutes', locale: 'fr')}.';
  @override
  String get sessionOver => 'Votre session a pris fin. Veuillez vous reconnecter.';
  @override
  String get serverUnreachable => 'Le serveur est injoignable. Vérifiez votre connexion et réessayez.';
  @override
  String get serverTrouble => 'Le serveur rencontre un problème. Rien n’est perdu.';
  @override
  String get weight => 'Poids';
  @override
  String get addWeight => 'Ajouter un poids';
  @override
  String get emptyTitle => 'Pas encore de poids';
  @override
  String get emptyLead => 'Commencez par le poids d’aujourd’hui. Cela fonctionne aussi hors ligne.';
  @override
  String get latest => 'Dernier';
  @override
  String sameAsOn(String date) => 'Comme le ${date}';
  @override
  String changeSince(String change, String date) => '${change} depuis le ${date}';
  @override
  String get nothingInRange => 'Aucun poids dans cette période';
  @override
  String get rangeMonth => '1 M';
  @override
  String get rangeQuarter => '3 M';
  @override
  String get rangeYear => '1 A';
  @override
  String get rangeAll => 'Tout';
  @override
  String get rangeMonthSpoken => 'Un mois';
  @override
  String get rangeQuarterSpoken => 'Trois mois';
  @override
  String get rangeYearSpoken => 'Un an';
  @override
  String get rangeAllSpoken => 'Toute la période';
  @override
  String chartSpoken(int count, String lowest, String highest, String latest) => '${Intl.plural(count, one: 'Graphique de ${count} poids', other: 'Graphique de ${count} poids', locale: 'fr')}. Le plus bas ${lowest}, le plus haut ${highest}, le dernier ${latest}.';
  @override
  String get markPending => 'Pas encore envoyé';
  @override
  String get markOvertaken => 'Modifié sur un autre appareil';
  @override
  String get markRefused => 'Refusé. Touchez pour corriger';
  @override
  String get weightDeleted => 'Poids supprimé';
  @override
  String get editWeight => 'Modifier le poids';
  @override
  String get unit => 'Unité';
  @override
  String get date => 'Date';
  @override
  String get time => 'Heure';
  @override
  String get less => 'Un dixième de moins';
  @override
  String get more => 'Un dixième de plus';
  @override
  String get notANumber => 'Saisissez un nombre, par exemple 72,5';
  @override
  String outOfRange(String least, String most) => 'Entre ${least} et ${most}, s’il vous plaît';
  @override
  String get farOffTitle => 'Est-ce exact ?';
  @override
  String farOff(String weight, String other, String date) => '${weight} est loin de ${other}, le ${date}.';
  @override
  String get saveAnyway => 'Enregistrer quand même';
  @override
  String get tooFarAhead => 'Ce moment est dans le futur.';
  @override
  String get tooLongAgo => 'L’année la plus ancienne possible est 1900.';
  @override
  String get fieldRefused => 'Le serveur ne l’a pas accepté.';
  @override
  String get refusedLead => 'Le serveur n’a pas accepté ce poids. Corrigez-le et enregistrez, ou supprimez-le.';
  @override
  String get quotaExceeded => 'Le compte est plein : le serveur n’a pas accepté ce poids. Il reste sur cet appareil. Demandez plus de place à l’exploitant du serveur.';
  @override
  String get keepsUnit => 'Saisi dans cette unité ; il reste exactement tel quel.';
  @override
  String get sync => 'Synchronisation';
  @override
  String get syncNow => 'Synchroniser';
  @override
  String get syncOff => 'Non connecté';
  @override
  String get syncIdle => 'Tout est à jour';
  @override
  String syncIdlePending(int count) => Intl.plural(count, one: '${count} modification va être envoyée', other: '${count} modifications vont être envoyées', locale: 'fr');
  @override
  String get syncUploading => 'Envoi des modifications …';
  @override
  String get syncDownloading => 'Réception des modifications …';
  @override
  String syncProgress(int done, int total) => '${done} sur ${total}';
  @override
  String get syncOffline => 'Pas de connexion au serveur';
  @override
  String get syncRetrying => 'La synchronisation va réessayer';
  @override
  String get syncNeedsSignIn => 'Veuillez vous reconnecter';
  @override
  String syncConflicts(int count) => Intl.plural(count, one: '${count} poids a été modifié sur deux appareils', other: '${count} poids ont été modifiés sur deux appareils', locale: 'fr');
  @override
  String get syncStalled => 'La synchronisation a besoin de vous';
  @override
  String get kept => 'Vos poids sont conservés sur cet appareil.';
  @override
  String keptPending(int count) => Intl.plural(count, one: '${count} modification est conservée sur cet appareil.', other: '${count} modifications sont conservées sur cet appareil.', locale: 'fr');
  @override
  String nextTry(String time) => 'Prochaine tentative à ${time}.';
  @override
  String get rateLimited => 'Le serveur demande une courte pause.';
  @override
  String entriesRefused(int count) => Intl.plural(count, one: 'Le serveur n’a pas accepté ${count} poids. Il est signalé dans la liste.', other: 'Le serveur n’a pas accepté ${count} poids. Ils sont signalés dans la liste.', locale: 'fr');
  @override
  String newerData(int count) => Intl.plural(count, one: 'Une version plus récente de l’application a écrit ${count} poids ici. Il est conservé. Veuillez mettre l’application à jour.', other: 'Une version plus récente de l’application a écrit ${count} poids ici. Ils sont conservés. Veuillez mettre l’application à jour.', locale: 'fr');
  @override
  String get dataDamaged => 'Une partie des données de cet appareil était endommagée. Ce que le serveur possède est récupéré ; vérifiez vos dernières modifications. Une copie a été conservée.';
  @override
  String lostByServer(int count) => Intl.plural(count, one: 'Le serveur avait perdu un de vos poids. Il est restauré depuis cet appareil ; vous n’avez rien à faire.', other: 'Le serveur avait perdu ${count} de vos poids. Ils sont restaurés depuis cet appareil ; vous n’avez rien à faire.', locale: 'fr');
  @override
  String get understood => 'OK';
  @override
  String get incompatible => 'L’application et le serveur ne se comprennent pas. Veuillez mettre l’application à jour.';
  @override
  String get unexpected => 'Une erreur s’est produite dans l’application. Veuillez envoyer le rapport depuis les réglages.';
  @override
  String get lastSync => 'Dernière synchronisation';
  @override
  String get never => 'Jamais';
  @override
  String get waiting => 'En attente d’envoi';
  @override
  String edits(int count) => Intl.plural(count, zero: 'Rien', one: '${count} modification', other: '${count} modifications', locale: 'fr');
  @override
  String get look => 'Voir';
  @override
  String get settings => 'Réglages';
  @override
  String get unitLead => 'Les poids sont affichés dans cette unité. Ce que vous avez noté reste tel quel.';
  @override
  String get account => 'Compte';
  @override
  String get help => 'Aide';
  @override
  String get reportLead => 'Pour l’assistance : états et heures, ni poids ni mots de passe.';
  @override
  String get copyReport => 'Copier le rapport';
  @override
  String get reportCopied => 'Rapport copié';
  @override
  String get changePassword => 'Changer le mot de passe';
  @override
  String get changePasswordLead => 'Vos autres appareils devront se reconnecter.';
  @override
  String get currentPassword => 'Mot de passe actuel';
  @override
  String get newPassword => 'Nouveau mot de passe';
  @override
  String get passwordChanged => 'Mot de passe changé';
  @override
  String get devices => 'Appareils connectés';
  @override
  String deviceSeen(String time) => 'Vu pour la dernière fois : ${time}';
  @override
  String get unnamedDevice => 'Appareil sans nom';
  @override
  String signOutDevice(String name) => 'Déconnecter ${name} ?';
  @override
  String get signOutDeviceLead => 'Il lui faudra le mot de passe pour synchroniser. Ce qu’il n’a pas encore envoyé y reste.';
  @override
  String get tryAgain => 'Réessayer';
  @override
  String get signOut => 'Se déconnecter';
  @override
  String get signOutLead => 'Que faire des poids sur cet appareil ? Le serveur garde ceux qu’il a.';
  @override
  String signOutUnsent(int count) => Intl.plural(count, one: '${count} modification n’a pas encore été envoyée. Elle sera perdue si vous retirez les poids.', other: '${count} modifications n’ont pas encore été envoyées. Elles seront perdues si vous retirez les poids.', locale: 'fr');
  @override
  String get signOutHidden => 'Vous gardez d’autres poids à part sur cet appareil. Ceux du compte resteront cachés jusqu’à votre prochaine connexion.';
  @override
  String get keepHere => 'Garder sur cet appareil';
  @override
  String get removeHere => 'Retirer de cet appareil';
  @override
  String get deleteAccount => 'Supprimer le compte';
  @override
  String get confirmWithGoogle => 'Confirmer avec Google et supprimer le compte';
  @override
  String get deleteAccountLead => 'Tous vos poids sont effacés : ici, sur le serveur et sur vos autres appareils. C’est irréversible.';
  @override
  String get conflicts => 'Modifié deux fois';
  @override
  String get conflictsLead => 'La modification la plus récente a été retenue. Vous pouvez en décider autrement.';
  @override
  String get noConflicts => 'Rien à décider';
  @override
  String get noConflictsLead => 'Tous vos appareils sont d’accord.';
  @override
  String get thisDevice => 'Cet appareil';
  @override
  String get otherDevice => 'Autre appareil';
  @override
  String get standsNow => 'En vigueur';
  @override
  String get deletedVersion => 'Supprimé';
  @override
  String editedAt(String time) => 'Modifié : ${time}';
  @override
  String get keepMine => 'Garder le mien';
  @override
  String get keepTheirs => 'Garder l’autre';
  @override
  String get keepBoth => 'Garder les deux';
  @override
  String get undoOverwrite => 'Annuler : rétablir l’autre';
  @override
  String get bringMineBack => 'Rétablir le mien';
  @override
  String get youOverwrote => 'Votre modification a remplacé celle d’un autre appareil.';
  @override
  String get newerOnServer => 'Une modification plus récente d’un autre appareil a remplacé la vôtre.';
  @override
  String get deletedOnServer => 'Il a été supprimé sur un autre appareil.';
  @override
  String get goneOnServer => 'Le serveur n’a plus ce poids.';
}
