<?php
declare(strict_types=1);

namespace Bench\Framework;

/** What requests and responses share: headers and a body. Messages never change; with… returns a changed copy. */
abstract class Message
{
    /** @var array<string, string[]> values by the header's name in lower case */
    private array $values = [];
    /** @var array<string, string> names as they were given, by the name in lower case */
    private array $names = [];

    /** @param array<string, string|string[]> $headers */
    public function __construct(array $headers, private Stream $body)
    {
        foreach ($headers as $name => $value) {
            $this->set($name, $value);
        }
    }

    /** @return array<string, string[]> */
    public function getHeaders(): array
    {
        $headers = [];
        foreach ($this->names as $lower => $name) {
            $headers[$name] = $this->values[$lower];
        }
        return $headers;
    }

    public function hasHeader(string $name): bool
    {
        return isset($this->values[strtolower($name)]);
    }

    public function getHeaderLine(string $name): string
    {
        return implode(', ', $this->values[strtolower($name)] ?? []);
    }

    /** @param string|string[] $value */
    public function withHeader(string $name, string|array $value): static
    {
        $copy = clone $this;
        $copy->set($name, $value);
        return $copy;
    }

    public function getBody(): Stream
    {
        return $this->body;
    }

    public function withBody(Stream $body): static
    {
        $copy = clone $this;
        $copy->body = $body;
        return $copy;
    }

    /** @param string|string[] $value */
    private function set(string $name, string|array $value): void
    {
        $lower = strtolower($name);
        $this->names[$lower] = $name;
        $this->values[$lower] = array_map(static function (string $one): string {
            if (preg_match('/[\r\n]/', $one)) {
                throw new \InvalidArgumentException('a header may not contain a line break');
            }
            return trim($one, " \t");
        }, (array) $value);
    }
}
