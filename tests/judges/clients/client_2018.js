// The whole journey as the clients of 2018 did it: node client_2018.js ADDRESS
// Properties in PascalCase, a slash at the end, JSON put together from strings, Status compared with ==.
// The first line printed is the device code as the service gave it, the last one a report as JSON.
'use strict';
var http = require('http');

var address = process.argv[2];
var login = '/consumers/oauth2/v2.0/';
var app = 'client_id=a-timeline-extension';
var accessToken = '';
var report = { picked: [], labels: [], statuses: [], refused: {} };

function ask(method, path, headers, body, done) {
  if (accessToken) headers.Authorization = 'bearer ' + accessToken;
  var request = http.request(address + path, { method: method, headers: headers }, function (response) {
    var text = '';
    response.setEncoding('utf8');
    response.on('data', function (part) { text += part; });
    response.on('end', function () { done(JSON.parse(text), response.statusCode); });
  });
  request.end(body);
}

function form(path, body, done) {
  ask('POST', login + path, { 'Content-Type': 'application/x-www-form-urlencoded' }, app + body, done);
}

function get(path, done) {
  ask('GET', '/beta/me/devices/' + path, { 'Content-Type': 'application/json' }, '', done);
}

function post(path, body, done) {
  ask('POST', '/beta/me/devices/' + path, { 'Content-Type': 'application/json; charset=utf-8' }, body, done);
}

function signIn() {
  var scope = '&scope=' + encodeURIComponent('https://graph.microsoft.com/Device.Read https://graph.microsoft.com/Device.Command');
  form('devicecode', scope, function (flow) {
    console.log(JSON.stringify(flow));
    poll(flow);
  });
}

function poll(flow) {
  var grant = '&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=' + flow.device_code;
  form('token', grant, function (answer) {
    if (answer.access_token) {
      accessToken = answer.access_token;
      list();
    } else if (answer.error == 'authorization_pending') {
      setTimeout(poll, 300, flow);
    } else {
      throw new Error(JSON.stringify(answer));
    }
  });
}

function list() {
  get('', function (data) {
    data.value.forEach(function (device) {
      report.labels.push(device.Name + ' (' + (device.Model || device.Platform + ' Device') + ', ' + device.Kind + ')');
      if (device.Status == 'Online') report.picked.push(device.Name);
    });
    launch(data.value.filter(function (device) { return device.Status == 'Online'; })[0].id);
  });
}

function launch(deviceId) {
  var url = 'https://www.bing.com/search?q=timeline';
  post(deviceId + '/commands/', '{"Type":"LaunchUri","Payload":{"uri":"' + url + '"}}', function (command, code) {
    report.launched = { code: code, command: command };
    refuse(deviceId);
  });
}

// A quotation mark in the address breaks JSON that is put together from strings.
function refuse(deviceId) {
  var url = 'https://www.bing.com/search?q="timeline"';
  post(deviceId + '/commands/', '{"Type":"LaunchUri","Payload":{"uri":"' + url + '"}}', function (answer, code) {
    report.refused = { code: code, error: answer.error };
    call(deviceId);
  });
}

function call(deviceId) {
  var body = '{"Type":"appService","AppServiceName":"com.microsoft.randomnumbergenerator",' +
    '"PackageFamilyName":"Microsoft.SDKSamples.AppServicesProvider.CS_8wekyb3d8bbwe",' +
    '"Payload":{"minvalue":' + 5 + ',"maxvalue":' + 6 + '},"PostBackUri":null}';
  post(deviceId + '/commands/', body, function (command, code) {
    report.called = { code: code, command: command };
    follow(deviceId + '/commands/' + command.id, 0);
  });
}

function follow(path, tries) {
  get(path, function (command) {
    report.statuses.push(command.Status);
    if (command.Status == 'completed' || tries == 100) {
      get(path + '/responsepayload', function (payload) {
        report.payload = payload;
        console.log(JSON.stringify(report));
      });
    } else {
      setTimeout(follow, 200, path, tries + 1);
    }
  });
}

signIn();
