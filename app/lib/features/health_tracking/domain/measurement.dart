import 'weight.dart';

/// A weight and when it was measured.
typedef Measurement = ({Weight weight, DateTime timestamp});
