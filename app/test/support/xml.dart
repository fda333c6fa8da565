/// A parsed element: enough of XML for manifests and property lists.
final class Xml {
  Xml._(this.name, this.attributes);

  /// The tag's name.
  final String name;

  /// The attributes.
  final Map<String, String> attributes;

  /// The elements inside.
  final List<Xml> children = [];

  /// The text inside, trimmed.
  String text = '';

  static final _piece = RegExp(
    r'<\?.*?\?>|<!DOCTYPE[^>]*>|<!--(.*?)-->|<(/?)([\w.:-]+)((?:\s+[\w.:-]+="[^"<]*")*)\s*(/?)>|([^<]+)',
    dotAll: true,
  );
  static final _attribute = RegExp(r'([\w.:-]+)="([^"]*)"');

  /// Parses [source]. Throws a [FormatException] unless it is well-formed.
  static Xml parse(String source) {
    final root = Xml._('', const {});
    final open = [root];
    var end = 0;
    for (final match in _piece.allMatches(source)) {
      if (match.start != end) throw FormatException('no XML: ${source.substring(end, match.start)}');
      end = match.end;
      final name = match.group(3);
      if (match.group(1)?.contains('--') ?? false) throw const FormatException('"--" inside a comment');
      if (name == null) {
        open.last.text += match.group(6)?.trim() ?? '';
      } else if (match.group(2) == '/') {
        if (open.removeLast().name != name) throw FormatException('</$name> closes another element');
      } else {
        final element = Xml._(name, {
          for (final attribute in _attribute.allMatches(match.group(4)!)) attribute.group(1)!: attribute.group(2)!,
        });
        open.last.children.add(element);
        if (match.group(5) != '/') open.add(element);
      }
    }
    if (end != source.length) throw FormatException('no XML: ${source.substring(end)}');
    if (open.length != 1 || root.children.length != 1) throw const FormatException('not one closed root element');
    return root.children.single;
  }

  /// All elements called [name], at any depth.
  Iterable<Xml> all(String name) => [if (this.name == name) this, for (final child in children) ...child.all(name)];

  /// The value of a property list.
  Object get plist => switch (name) {
    'plist' => children.single.plist,
    'dict' => {
      for (var pair = 0; pair < children.length; pair += 2)
        if (children[pair].name == 'key') children[pair].text: children[pair + 1].plist,
    },
    'array' => [for (final child in children) child.plist],
    'true' => true,
    'false' => false,
    'string' => text,
    _ => throw FormatException('no property list: <$name>'),
  };
}
