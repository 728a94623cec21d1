<?php
// The services of literal.wsdl and rpc.wsdl by PHP's SoapServer. The path says which contract, version and encoding of characters:
// /literal/11/utf-8, /literal/12/iso-8859-1, /rpc/11/utf-8.
ini_set('soap.wsdl_cache_enabled', '0');
error_reporting(E_ALL);
ini_set('display_errors', '0');

[, $contract, $version, $encoding] = explode('/', $_SERVER['REQUEST_URI']) + ['', '', '', ''];
if ($contract !== 'literal' && $contract !== 'rpc') {
    http_response_code(404);
    return;
}

class Party { public $name; }
class Company extends Party { public $vat; }

class Literal
{
    public function __construct(private SoapServer $server) {}

    public function Mirror($in)
    {
        if (($in->record->text ?? '') === 'twice') {
            // The same object twice: SoapServer sends it once, and a reference, although the contract is literal.
            $in->record->line[] = $in->record->line[0];
        }
        return ['record' => $in->record];
    }

    public function Convert($celsius) { return bcless($celsius); }

    public function Fail($in)
    {
        if ($in->reason === 'plain') {
            throw new SoapFault('Server', 'nothing <works> & nobody knows', 'urn:actor');
        }
        throw new SoapFault('Client', $in->reason, 'urn:actor', ['number' => 7, 'hint' => ['one']], 'Problem');
    }

    public function Notify($in) {}

    public $token = '';

    public function Session($session) { $this->token = $session->token; }

    public function Greet($in)
    {
        $required = $in->name === 'must';
        $this->server->addSoapHeader(new SoapHeader('urn:parcels', $required ? 'Unknown' : 'Receipt', ['number' => 42], $required));
        return ['text' => "hello {$in->name} of {$this->token}"];
    }
}

// bcless is 1.8 times a decimal plus 32, with all digits, for numbers with one digit behind the point.
function bcless($celsius) { $tenths = (int) round((float) $celsius * 10); return sprintf('%d.%02d', intdiv($tenths * 18 + 3200, 100), ($tenths * 18 + 3200) % 100); }

class Rpc
{
    public function Add($a, $b) { return $a + $b; }

    public function Swap($parcels) { return array_reverse($parcels); }

    // The same object twice: SoapServer sends it once, and a reference.
    public function Twice($parcel) { return [$parcel, $parcel]; }

    public function Double($numbers) { return array_map(fn ($n) => 2 * $n, $numbers); }
}

$server = new SoapServer(__DIR__ . "/$contract.wsdl", [
    'soap_version' => $version === '12' ? SOAP_1_2 : SOAP_1_1,
    'encoding' => $encoding ?: 'UTF-8',
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
    'classmap' => ['Party' => 'Party', 'Company' => 'Company'],
]);
$server->setObject($contract === 'literal' ? new Literal($server) : new Rpc());
$server->handle();
