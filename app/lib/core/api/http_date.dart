const _months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
final _date = RegExp(r'^\w{3}, (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$');

/// Parses the date of an HTTP header (IMF-fixdate of RFC 9110); null if it is none. The two older forms, which no server
/// sends any more, are not read.
DateTime? parseHttpDate(String? text) {
  final match = _date.firstMatch(text ?? '');
  if (match == null) return null;
  final month = _months.indexOf(match.group(2)!) + 1;
  final [day, year, hour, minute, second] = [
    for (final group in const [1, 3, 4, 5, 6]) int.parse(match.group(group)!),
  ];
  return month == 0 ? null : DateTime.utc(year, month, day, hour, minute, second);
}
