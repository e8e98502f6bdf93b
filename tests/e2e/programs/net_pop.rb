# SPDX-License-Identifier: Apache-2.0
# Ruby's net/pop. Of TLS it knows that from the first byte.
require "net/pop"

pop = Net::POP3.new(ENV["POP_HOST"], ENV["POP_PORT"].to_i)
if ENV["POP_WAY"] == "implicit"
  pop.enable_ssl(OpenSSL::SSL::VERIFY_PEER, ENV["POP_CA"])
end
Dir.mkdir("mail")
pop.start(ENV["POP_USER"], ENV["POP_PASSWORD"]) do
  pop.each_mail { |mail| File.binwrite("mail/#{mail.number}", mail.pop) }
end
