import 'package:clock/clock.dart';
import 'package:flutter/material.dart';
import 'package:intl/intl.dart';

import 'format_locale.dart';

/// Formats dates and times for a locale, in local time. The comments below show the English form.
final class Moments {
  /// Formats for the locale of [context], with 24 hours if the person has chosen so on the device.
  Moments.of(BuildContext context)
    : _locale = formatLocaleOf(context),
      _has24Hours = MediaQuery.alwaysUse24HourFormatOf(context);

  final String _locale;
  final bool _has24Hours;

  /// Creating a format costs more than using it.
  static final _formats = <(String, String), DateFormat>{};

  DateFormat _format(String skeleton) => _formats[(skeleton, _locale)] ??= DateFormat(skeleton, _locale);

  /// 2:05 PM, or 14:05
  String time(DateTime moment) => _format(_has24Hours ? 'Hm' : 'jm').format(moment.toLocal());

  /// Mar 3, 2026
  String date(DateTime moment) => _format('yMMMd').format(moment.toLocal());

  /// Tue, Mar 3
  String day(DateTime moment) => _format('MMMEd').format(moment.toLocal());

  /// March 2026
  String month(DateTime moment) => _format('yMMMM').format(moment.toLocal());

  /// Axis labels: `Mar 3`, or `Mar 2026` when [isLong].
  String axis(DateTime moment, {required bool isLong}) => _format(isLong ? 'yMMM' : 'MMMd').format(moment.toLocal());

  /// Today: the time. This year: day and time. Earlier: date and time.
  String when(DateTime moment) {
    final local = moment.toLocal();
    final now = clock.now();
    if (DateUtils.isSameDay(local, now)) return time(moment);
    return '${local.year == now.year ? day(moment) : date(moment)}, ${time(moment)}';
  }
}
