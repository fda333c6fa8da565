/// Parses a property list of the old form, which Xcode's project files have: maps, lists and texts. Throws a
/// [FormatException] unless it is well-formed.
Map<String, Object> parseOpenStep(String source) => _OpenStep(source)._parse();

final class _OpenStep {
  _OpenStep(String source)
    : _tokens = [
        for (final match in _token.allMatches(source))
          if (!match.group(0)!.startsWith(_ignored)) match.group(0)!,
      ] {
    final rest = source.replaceAll(_token, '');
    if (rest.isNotEmpty) throw FormatException('no property list: $rest');
  }

  static final _token = RegExp(r'/\*.*?\*/|//[^\n]*|\s+|"(?:[^"\\]|\\.)*"|[\w./$:]+|[{}()=;,]', dotAll: true);
  static final _ignored = RegExp(r'/\*|//|\s');

  final List<String> _tokens;
  int _next = 0;

  Map<String, Object> _parse() {
    final map = _map();
    if (_next != _tokens.length) throw FormatException('after the end: ${_tokens[_next]}');
    return map;
  }

  String _take() => _next < _tokens.length ? _tokens[_next++] : throw const FormatException('not closed');

  void _expect(String token) {
    final found = _take();
    if (found != token) throw FormatException('$found instead of $token');
  }

  Object _value() => switch (_tokens.elementAtOrNull(_next)) {
    '{' => _map(),
    '(' => _list(),
    _ => _text(),
  };

  Map<String, Object> _map() {
    _expect('{');
    final map = <String, Object>{};
    while (_tokens.elementAtOrNull(_next) != '}') {
      final key = _text();
      _expect('=');
      if (map.containsKey(key)) throw FormatException('$key stands twice');
      map[key] = _value();
      _expect(';');
    }
    _next++;
    return map;
  }

  List<Object> _list() {
    _expect('(');
    final list = <Object>[];
    while (_tokens.elementAtOrNull(_next) != ')') {
      list.add(_value());
      _expect(',');
    }
    _next++;
    return list;
  }

  String _text() {
    final token = _take();
    if (RegExp('^[{}()=;,]').hasMatch(token)) throw FormatException('$token instead of a text');
    if (!token.startsWith('"')) return token;
    return token.substring(1, token.length - 1).replaceAllMapped(RegExp(r'\\(.)'), (match) => match.group(1)!);
  }
}
