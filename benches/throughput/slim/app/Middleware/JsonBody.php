<?php
declare(strict_types=1);

namespace Bench\App\Middleware;

use Bench\Framework\Handler;
use Bench\Framework\HttpError;
use Bench\Framework\Middleware;
use Bench\Framework\Request;
use Bench\Framework\Response;

final class JsonBody implements Middleware
{
    public function process(Request $request, Handler $next): Response
    {
        if (!in_array($request->getMethod(), ['POST', 'PUT', 'PATCH'], true)) {
            return $next->handle($request);
        }
        if (!str_starts_with($request->getHeaderLine('Content-Type'), 'application/json')) {
            throw new HttpError(415, 'JSON is expected');
        }
        try {
            $body = json_decode($request->getBody()->getContents(), true, 16, JSON_THROW_ON_ERROR);
        } catch (\JsonException) {
            throw new HttpError(400, 'the body is not JSON');
        }
        if (!is_array($body)) {
            throw new HttpError(400, 'an object is expected');
        }
        return $next->handle($request->withParsedBody($body));
    }
}
