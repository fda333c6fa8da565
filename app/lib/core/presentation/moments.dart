import 'package:clock/clock.dart';
import 'package:flutter/material.dart';
import 'package:intl/intl.dart';

/// Dates and times in the words of a language and in local time.
final class Moments {
  /// In the language with that name.
  const Moments(this._locale);

  /// In the language that [context] is shown in.
  Moments.of(BuildContext context) : _locale = Localizations.localeOf(context).toLanguageTag();

  final String _locale;

  /// 14:05
  String time(DateTime moment) => DateFormat.jm(_locale).format(moment.toLocal());

  /// Mar 3, 2026
  String date(DateTime moment) => DateFormat.yMMMd(_locale).format(moment.toLocal());

  /// Tue, Mar 3
  String day(DateTime moment) => DateFormat.MMMEd(_locale).format(moment.toLocal());

  /// March 2026
  String month(DateTime moment) => DateFormat.yMMMM(_locale).format(moment.toLocal());

  /// Mar 3, or the month and year when it is not of this year: for axes.
  String axis(DateTime moment, {required bool isLong}) =>
      (isLong ? DateFormat.yMMM(_locale) : DateFormat.MMMd(_locale)).format(moment.toLocal());

  /// The time alone for today, else with the day, else with the year.
  String when(DateTime moment) {
    final local = moment.toLocal();
    final now = clock.now();
    if (DateUtils.isSameDay(local, now)) return time(moment);
    return '${local.year == now.year ? day(moment) : date(moment)}, ${time(moment)}';
  }
}
