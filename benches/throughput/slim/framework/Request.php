<?php
declare(strict_types=1);

namespace Bench\Framework;

/** A request as the server received it. */
final class Request extends Message
{
    /** @var array<string, mixed> what middleware and router have found out */
    private array $attributes = [];
    private ?array $parsedBody = null;

    /**
     * @param array<string, string> $headers
     * @param array<string, mixed> $query
     */
    public function __construct(
        private string $method,
        private Uri $uri,
        array $headers,
        Stream $body,
        private array $query,
    ) {
        parent::__construct($headers, $body);
    }

    public static function fromGlobals(): self
    {
        $headers = [];
        foreach ($_SERVER as $name => $value) {
            if (str_starts_with($name, 'HTTP_')) {
                $words = explode('_', strtolower(substr($name, 5)));
                $headers[implode('-', array_map('ucfirst', $words))] = (string) $value;
            }
        }
        // Apache renames it when a rewrite rule has set it.
        $authorization = $_SERVER['HTTP_AUTHORIZATION'] ?? $_SERVER['REDIRECT_HTTP_AUTHORIZATION'] ?? null;
        if ($authorization !== null) {
            $headers['Authorization'] = $authorization;
        }
        $headers['Content-Type'] = $_SERVER['CONTENT_TYPE'] ?? '';
        $uri = Uri::parse($_SERVER['REQUEST_SCHEME'] ?? 'http', $_SERVER['HTTP_HOST'] ?? '', $_SERVER['REQUEST_URI']);
        $body = new Stream(fopen('php://input', 'r'));
        return new self($_SERVER['REQUEST_METHOD'], $uri, $headers, $body, $_GET);
    }

    public function getMethod(): string
    {
        return $this->method;
    }

    public function getUri(): Uri
    {
        return $this->uri;
    }

    public function getQueryParams(): array
    {
        return $this->query;
    }

    public function getParsedBody(): ?array
    {
        return $this->parsedBody;
    }

    public function withParsedBody(array $body): self
    {
        $copy = clone $this;
        $copy->parsedBody = $body;
        return $copy;
    }

    public function getAttribute(string $name): mixed
    {
        return $this->attributes[$name] ?? null;
    }

    public function withAttribute(string $name, mixed $value): self
    {
        $copy = clone $this;
        $copy->attributes[$name] = $value;
        return $copy;
    }
}
