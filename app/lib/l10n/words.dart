// ignore_for_file: public_member_api_docs, the English texts explain each member
import 'package:flutter/widgets.dart';

import 'settings_words.dart';
import 'words_delegate.dart';

/// All texts shown to the user. A language is a subclass, so a missing text is a compile error.
abstract class Words implements SettingsWords {
  const Words();

  /// The texts in the language of [context].
  static Words of(BuildContext context) => Localizations.of<Words>(context, Words)!;

  /// For the `localizationsDelegates` of an app.
  static const WordsDelegate delegate = WordsDelegate();

  /// The available languages; the first is the fallback.
  static const List<Locale> supportedLocales = [Locale('en'), Locale('de')];

  String get language;

  // Shared.
  String get cancel;
  String get undo;
  String get delete;
  String get save;
  String get somethingWrong;
  String get storageTrouble;
  String get kilograms;
  String get pounds;
  String get stones;

  // Sign-in.
  String get signIn;
  String get signInLead;
  String get signInAgain;
  String get signInAgainLead;
  String get createAccount;
  String get createAccountLead;
  String get toCreateAccount;
  String get toSignIn;
  String get email;
  String get password;
  String get showPassword;
  String get hidePassword;
  String get emailMissing;
  String get passwordMissing;
  String passwordLength(int shortest, int longest);
  String get accountWasDeleted;
  String get wrongCredentials;
  String get wrongPassword;
  String get emailTaken;
  String get registrationClosed;
  String get or;
  String get continueWithGoogle;
  String get googleFailed;
  String get googleUnavailable;
  String get googleUnverified;
  String get googleDiffers;
  String get managedElsewhere;
  String get invalidFields;
  String tooManyAttempts(int seconds);
  String get sessionOver;
  String get serverUnreachable;
  String get serverTrouble;

  // List.
  String get weight;
  String get addWeight;
  String get emptyTitle;
  String get emptyLead;
  String get latest;
  String get noChange;
  String changeSince(String change, String date);
  String get nothingInRange;
  String get showTable;
  String get range;
  String get rangeMonth;
  String get rangeQuarter;
  String get rangeYear;
  String get rangeAll;
  String get rangeMonthSpoken;
  String get rangeQuarterSpoken;
  String get rangeYearSpoken;
  String get rangeAllSpoken;
  String chartSpoken({required int count, required String lowest, required String highest, required String latest});
  String get markPending;
  String get markOvertaken;
  String get markRefused;
  String get weightDeleted;

  // Entry form.
  String get editWeight;
  String get unit;
  String get date;
  String get time;
  String get less;
  String get more;
  String get notANumber;
  String outOfRange(String least, String most);
  String get farOffTitle;
  String farOff(String weight, String other, String date);
  String get saveAnyway;
  String get tooFarAhead;
  String get tooLongAgo;
  String get fieldRefused;
  String get refusedLead;
  String get keepsUnit;

  // Sync.
  String get sync;
  String get syncNow;
  String get syncOff;
  String get syncIdle;
  String syncIdlePending(int count);
  String get syncUploading;
  String get syncDownloading;
  String syncProgress(int done, int total);
  String get syncOffline;
  String get syncRetrying;
  String get syncNeedsSignIn;
  String syncConflicts(int count);
  String get syncStalled;
  String get kept;
  String keptPending(int count);
  String nextTry(String time);
  String get rateLimited;
  String entriesRefused(int count);
  String newerData(int count);
  String get dataDamaged;
  String get understood;
  String get incompatible;
  String get unexpected;
  String get lastSync;
  String get never;
  String get waiting;
  String edits(int count);
  String get look;
}
